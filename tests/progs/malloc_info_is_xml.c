/*
 * malloc_info writes well-formed XML as glibc's: a malloc element with its
 * version, whose <system type="current"> covers what is allocated; options
 * other than 0 are EINVAL.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>

#define OBJECTS 20000

static char  text[1 << 20];
static void *object[OBJECTS];


/* every element is closed by its own name; attributes are in quotes */
static void
well_formed(const char *c)
{
    const char *open[64];
    size_t      length[64], depth = 0, n, quotes;

    while ((c = strchr(c, '<')) != NULL) {
        c++;
        n = strcspn(c, " />");

        if (*c == '/') {
            n = strcspn(++c, ">");
            NP_NEED(depth > 0);
            depth--;
            NP_NEED(n == length[depth] && memcmp(c, open[depth], n) == 0);
            continue;
        }

        NP_NEED(n > 0 && depth < 64);
        open[depth] = c;
        length[depth] = n;

        for (quotes = 0; *c != '\0' && (*c != '>' || quotes % 2); c++) {
            quotes += *c == '"';
            NP_NEED(*c != '<');
        }

        NP_NEED(*c == '>' && quotes % 2 == 0);
        depth += c[-1] != '/';
    }

    NP_NEED(depth == 0);
}


int
main(void)
{
    static const char system[] = "<system type=\"current\" size=\"";
    const char       *at;
    size_t            i, largest = 0, size;
    FILE             *f;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(500);
        NP_NEED(object[i] != NULL);
    }

    f = fmemopen(text, sizeof(text) - 1, "w");
    NP_NEED(f != NULL);
    NP_NEED(malloc_info(0, f) == 0);
    NP_NEED(fclose(f) == 0);
    NP_NEED(strncmp(text, "<malloc version=\"", 17) == 0);
    NP_NEED(strstr(text, "</malloc>") != NULL);
    well_formed(text);

    for (at = text; (at = strstr(at, system)) != NULL;) {
        at += sizeof(system) - 1;
        size = strtoul(at, NULL, 10);
        largest = size > largest ? size : largest;
    }

    NP_NEED(largest >= OBJECTS * 500);
    errno = 0;
    NP_NEED(malloc_info(1, stdout) == EINVAL || errno == EINVAL);

    return 0;
}
