/*
 * JSON to stand inside a script element.
 */
#include "config.h"

#include "report/np_html_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_utf8.h"

/* all readers of JSON know smaller whole numbers exactly */
#define NP_HTML_WHOLE 9007199254740992.0


int
np_html_string(FILE *f, const char *s)
{
    char *cut = strndup(s, NP_HTML_STRING);
    char *copy = cut != NULL ? np_utf8_copy(cut) : NULL;

    free(cut);
    if (copy == NULL) {
        return -1;
    }
    (void) fputc('"', f);
    for (const char *p = copy; *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20 || strchr("\"\\<>&", *p) != NULL) {
            (void) fprintf(f, "\\u%04x", (unsigned) (unsigned char) *p);
        } else {
            (void) fputc(*p, f);
        }
    }
    (void) fputs(
        strnlen(s, NP_HTML_STRING + 1) > NP_HTML_STRING ? "...\"" : "\"", f);
    free(copy);
    return 0;
}


void
np_html_number(FILE *f, double value)
{
    if (!isfinite(value)) {
        (void) fputs("null", f);
    } else if (fabs(value) >= NP_HTML_WHOLE) {
        (void) fprintf(f, "%.15e", value);
    } else {
        (void) fprintf(f, "%.*f", value == floor(value) ? 0 : 2, value);
    }
}


void
np_html_member(FILE *f, const char *name, double value)
{
    (void) fprintf(f, ",\"%s\":", name);
    np_html_number(f, value);
}


void
np_html_histogram(FILE *f, const uint32_t *count, unsigned n)
{
    while (n > 0 && count[n - 1] == 0) {
        n--;
    }
    (void) fputc('[', f);
    for (unsigned i = 0; i < n; i++) {
        np_html_comma(f, i);
        (void) fprintf(f, "%u", count[i]);
    }
    (void) fputc(']', f);
}


void
np_html_comma(FILE *f, unsigned i)
{
    if (i != 0) {
        (void) fputc(',', f);
    }
}
