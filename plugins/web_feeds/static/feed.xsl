<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="http://www.w3.org/2005/Atom"
    xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns="http://www.w3.org/1999/xhtml"
    exclude-result-prefixes="a h">
  <xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat"/>

  <!-- Atom and RSS differ in names alone; every text comes from the feed, in its language. -->
  <xsl:template match="/a:feed">
    <xsl:call-template name="page">
      <xsl:with-param name="language" select="@xml:lang"/>
      <xsl:with-param name="title" select="a:title"/>
      <xsl:with-param name="about" select="a:subtitle"/>
      <xsl:with-param name="self" select="a:link[@rel='self']/@href"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="/rss">
    <xsl:call-template name="page">
      <xsl:with-param name="language" select="channel/language"/>
      <xsl:with-param name="title" select="channel/title"/>
      <xsl:with-param name="about" select="channel/description"/>
      <xsl:with-param name="self" select="channel/a:link[@rel='self']/@href"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="page">
    <xsl:param name="language"/>
    <xsl:param name="title"/>
    <xsl:param name="about"/>
    <xsl:param name="self"/>
    <html lang="{$$language}">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="robots" content="noindex"/>
        <title><xsl:value-of select="$$title"/></title>
        <link rel="stylesheet" href="$css"/>
      </head>
      <body>
        <main>
          <h1><xsl:value-of select="$$title"/></h1>
          <p class="about"><xsl:value-of select="$$about"/></p>
          <p class="note">
            <xsl:value-of select="(.//h:p)[1]/text()"/>
            <a href="{(.//h:p)[1]/h:a/@href}"><xsl:value-of select="(.//h:p)[1]/h:a"/></a>
            <code><xsl:value-of select="$$self"/></code>
          </p>
          <ol><xsl:apply-templates select="a:entry|channel/item"/></ol>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="a:entry">
    <xsl:call-template name="entry">
      <xsl:with-param name="href" select="a:link[@rel='alternate']/@href"/>
      <xsl:with-param name="date" select="substring(a:published, 1, 10)"/>
      <xsl:with-param name="language" select="@xml:lang"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template match="item">
    <xsl:call-template name="entry">
      <xsl:with-param name="href" select="link"/>
      <xsl:with-param name="date" select="substring(pubDate, 6, 11)"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="entry">
    <xsl:param name="href"/>
    <xsl:param name="date"/>
    <xsl:param name="language"/>
    <xsl:variable name="title" select="string(a:title|title)"/>
    <li>
      <xsl:if test="$$language">
        <xsl:attribute name="lang"><xsl:value-of select="$$language"/></xsl:attribute>
      </xsl:if>
      <h2>
        <!-- An address that is none of the web's would be a trap. -->
        <a>
          <xsl:if test="starts-with($$href, 'https://') or starts-with($$href, 'http://')">
            <xsl:attribute name="href"><xsl:value-of select="$$href"/></xsl:attribute>
          </xsl:if>
          <xsl:choose>
            <xsl:when test="$$title"><xsl:value-of select="$$title"/></xsl:when>
            <xsl:otherwise><xsl:value-of select="$$date"/></xsl:otherwise>
          </xsl:choose>
        </a>
      </h2>
      <xsl:if test="$$title"><p><time><xsl:value-of select="$$date"/></time></p></xsl:if>
    </li>
  </xsl:template>
</xsl:stylesheet>
