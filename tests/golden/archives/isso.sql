CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
INSERT INTO preferences VALUES ('session-key', 'not for anybody');
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
  tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
  modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR,
  website VARCHAR, likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL,
  notification INTEGER DEFAULT 0
);
INSERT INTO threads VALUES (1, '/rain/', 'Riding in the rain');
INSERT INTO threads VALUES (2, '/gone/', NULL);
INSERT INTO comments VALUES
  (1, 1, NULL, 1430000000.25, NULL, 1, '203.0.0.0', 'I wear a **cape**.' || char(10) || char(10)
   || '> and boots' || char(10) || char(10) || '<img src=x onerror=alert(1)>', 'Lena',
   'lena@mail.example', 'https://lena.example', 2, 0, x'00', 0),
  (1, 2, 1, 1430000100.0, 1430000200.0, 1, '203.0.0.0', 'Capes catch the wind, `honest`.', NULL,
   NULL, NULL, 0, 0, x'00', 0),
  (1, 3, NULL, 1430000300.0, NULL, 2, '203.0.0.0', 'First!', 'Kim', NULL, 'not an address', 0, 0,
   x'00', 0),
  (1, 4, 1, 1430000400.0, NULL, 4, '203.0.0.0', '', NULL, NULL, NULL, 0, 0, x'00', 0),
  (2, 5, NULL, 1430000500.0, NULL, 1, '203.0.0.0', 'Where did it go?', 'Lena',
   'Lena@mail.example', NULL, 0, 0, x'00', 0);
