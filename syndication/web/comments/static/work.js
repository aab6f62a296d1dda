// Looks for the number that we ask for while we are under attack. Without this the form works too.
(async () => {
  const form = document.querySelector("form[data-challenge]");
  if (!form || !globalThis.crypto || !crypto.subtle) return;
  const { algorithm, challenge, salt, signature, maxnumber } = form.dataset;
  const encoder = new TextEncoder();
  for (let number = 0; number <= Number(maxnumber); number++) {
    const bytes = new Uint8Array(await crypto.subtle.digest(algorithm, encoder.encode(salt + number)));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex === challenge) {
      const answer = { algorithm, challenge, number, salt, signature };
      form.elements.work.value = btoa(JSON.stringify(answer));
      return;
    }
  }
})();
