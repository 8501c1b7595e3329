/*
 * Strings that need not be text, made valid UTF-8.
 */
#include "config.h"

#include "report/np_utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* each byte becomes three at most */
#define NP_UTF8_REPLACEMENT "\357\277\275"


/* bytes of the character at s; 0: there is none */
static unsigned
np_utf8_character(const unsigned char *s)
{
    unsigned n = *s < 0x80   ? 1
                 : *s < 0xc2 ? 0
                 : *s < 0xe0 ? 2
                 : *s < 0xf0 ? 3
                 : *s < 0xf5 ? 4
                             : 0;
    uint32_t code;

    if (n <= 1) {
        return *s == 0x7f ? 0 : n;
    }
    code = *s & (0x7fu >> n);
    for (unsigned i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (s[i] & 0x3fu);
    }
    if (n == 2) {
        return code < 0xa0 ? 0 : n;
    }
    if (n == 3) {
        return code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 0 : n;
    }
    return code < 0x10000 || code > 0x10ffff ? 0 : n;
}


char *
np_utf8_copy(const char *s)
{
    const unsigned char *from = (const unsigned char *) s;
    size_t               size = strlen(s);
    char                *copy, *to;

    if (size > (SIZE_MAX - 1) / 3 || (copy = malloc(size * 3 + 1)) == NULL) {
        return NULL;
    }
    for (to = copy; *from != '\0';) {
        unsigned n = np_utf8_character(from);

        if (n == 0) {
            memcpy(to, NP_UTF8_REPLACEMENT, 3);
            to += 3;
            from++;
        } else {
            memcpy(to, from, n);
            to += n;
            from += n;
        }
    }
    *to = '\0';
    return copy;
}
