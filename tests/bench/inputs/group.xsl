<?xml version="1.0"?>
<!-- groups records by key, sorts them and makes a table of each group -->
<xsl:stylesheet version="1.0"
                xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html"/>
  <xsl:key name="by-group" match="record" use="@group"/>
  <xsl:template match="/records">
    <html><body>
      <xsl:for-each select="record[generate-id()
                            = generate-id(key('by-group', @group)[1])]">
        <xsl:sort select="@group"/>
        <h1><xsl:value-of select="@group"/></h1>
        <table><xsl:apply-templates select="key('by-group', @group)">
          <xsl:sort select="amount" data-type="number" order="descending"/>
        </xsl:apply-templates></table>
      </xsl:for-each>
    </body></html>
  </xsl:template>
  <xsl:template match="record">
    <tr id="{@id}"><td><xsl:value-of select="translate(name, 'aeiou',
        'AEIOU')"/></td><td><xsl:value-of select="amount"/></td>
      <td><xsl:for-each select="tag"><i><xsl:value-of select="."/></i>
      </xsl:for-each></td></tr>
  </xsl:template>
</xsl:stylesheet>
