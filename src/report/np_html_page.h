#ifndef NP_HTML_PAGE_H
#define NP_HTML_PAGE_H

/*
 * The page of `ngxpool report --html`, made of the files in src/report/page/
 * when the program is built: all of it but the data.  head, a JSON object,
 * and tail make a page.
 */

extern const char np_html_head[];
extern const char np_html_tail[];

#endif
