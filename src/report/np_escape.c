/*
 * Strings that strangers chose, made harmless for where they are shown.
 */
#include "config.h"

#include "report/np_escape.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>


static int
np_escape_is_control(char c)
{
    return (unsigned char) c < 0x20 || c == 0x7f;
}


void
np_escape_html(FILE *f, const char *s)
{
    for (; *s != '\0'; s++) {
        switch (*s) {
        case '&':
            (void) fputs("&amp;", f);
            break;
        case '<':
            (void) fputs("&lt;", f);
            break;
        case '>':
            (void) fputs("&gt;", f);
            break;
        case '"':
            (void) fputs("&quot;", f);
            break;
        case '\'':
            (void) fputs("&#39;", f);
            break;
        default:
            (void) fputc(np_escape_is_control(*s) ? ' ' : *s, f);
        }
    }
}


void
np_escape_csv(FILE *f, const char *s)
{
    if (strpbrk(s, ",\"\r\n") == NULL) {
        (void) fputs(s, f);
        return;
    }
    (void) fputc('"', f);
    for (; *s != '\0'; s++) {
        if (*s == '"') {
            (void) fputc('"', f);
        }
        (void) fputc(*s, f);
    }
    (void) fputc('"', f);
}


static void
np_escape_word(FILE *f, const char *w)
{
    const char *plain = "%+,-./:=@_^";
    int         control = 0, quote = *w == '\0';

    for (const char *s = w; *s != '\0'; s++) {
        control |= np_escape_is_control(*s);
        quote |= !isalnum((unsigned char) *s) && strchr(plain, *s) == NULL;
    }
    if (!quote) {
        (void) fputs(w, f);
        return;
    }
    (void) fputs(control ? "$'" : "'", f);
    for (; *w != '\0'; w++) {
        if (np_escape_is_control(*w)) {
            (void) fprintf(f, "\\%03o", (unsigned char) *w);
        } else if (control && (*w == '\'' || *w == '\\')) {
            (void) fprintf(f, "\\%c", *w);
        } else if (*w == '\'') {
            (void) fputs("'\\''", f);
        } else {
            (void) fputc(*w, f);
        }
    }
    (void) fputc('\'', f);
}


char *
np_escape_command(char *const *argv)
{
    char  *line = NULL;
    size_t size;
    FILE  *f = open_memstream(&line, &size);

    if (f == NULL) {
        return NULL;
    }
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (i != 0) {
            (void) fputc(' ', f);
        }
        np_escape_word(f, argv[i]);
    }
    if (fclose(f) != 0) {
        free(line);
        return NULL;
    }
    return line;
}


/* bytes of the character at s; 0: it is none */
static size_t
np_escape_length(const unsigned char *s, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t                n;

    if (s[0] < 0x80) {
        *code = s[0];
        return 1;
    }
    n = (s[0] & 0xe0) == 0xc0   ? 2
        : (s[0] & 0xf0) == 0xe0 ? 3
        : (s[0] & 0xf8) == 0xf0 ? 4
                                : 0;
    *code = n == 0 ? 0 : s[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
        *code = *code << 6 | (s[i] & 0x3f);
    }
    return n == 0 || *code < least[n] || *code > 0x10ffff
                   || (*code >= 0xd800 && *code < 0xe000)
               ? 0
               : n;
}


static int
np_escape_is_shown(uint32_t code)
{
    return code >= 0x20 && (code < 0x7f || code >= 0xa0)
           && (code < 0x200e || code > 0x200f)
           && (code < 0x2028 || code > 0x202e)
           && (code < 0x2066 || code > 0x2069) && code != 0xfeff;
}


void
np_escape_text(char *s)
{
    unsigned char *at = (unsigned char *) s;
    uint32_t       code;
    size_t         n;

    while (*at != '\0') {
        n = np_escape_length(at, &code);
        if (n == 0 || !np_escape_is_shown(code)) {
            memset(at, '?', n == 0 ? 1 : n);
        }
        at += n == 0 ? 1 : n;
    }
}


void
np_escape_line(char *s)
{
    char *from = s, *end;

    for (end = s; *end != '\0'; end++) {
        if (np_escape_is_control(*end)) {
            *end = ' ';
        }
    }
    while (*from == ' ') {
        from++;
    }
    while (end > from && end[-1] == ' ') {
        end--;
    }
    *end = '\0';
    memmove(s, from, (size_t) (end - from) + 1);
    np_escape_text(s);
}
