/*
 * malloc_stats writes figures on standard error that are not glibc's empty
 * arenas: one of its numbers is at least what is allocated.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <ctype.h>
#include <malloc.h>

#define OBJECTS 20000

static void *object[OBJECTS];
static char  text[65536];


/* digits with a decimal point and a unit behind them, if any, as bytes */
static double
figure(const char **c)
{
    char  *end;
    double x = strtod(*c, &end);

    while (*end == ' ') {
        end++;
    }

    switch (toupper((unsigned char) *end)) {
    case 'K':
        x *= 1024;
        break;
    case 'M':
        x *= 1024 * 1024;
        break;
    case 'G':
        x *= 1024 * 1024 * 1024;
        break;
    default:
        break;
    }

    *c = end;

    return x;
}


int
main(void)
{
    double      largest = 0, x;
    const char *c;
    int         fds[2], saved;
    size_t      i;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(500);
        NP_NEED(object[i] != NULL);
    }

    NP_NEED(pipe(fds) == 0);
    saved = dup(STDERR_FILENO);
    NP_NEED(dup2(fds[1], STDERR_FILENO) == STDERR_FILENO);
    malloc_stats();
    NP_NEED(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
    NP_NEED(close(fds[1]) == 0);
    NP_NEED(read(fds[0], text, sizeof(text) - 1) > 0);

    for (c = text; *c != '\0';) {
        if (isdigit((unsigned char) *c)) {
            x = figure(&c);
            largest = x > largest ? x : largest;

        } else {
            c++;
        }
    }

    NP_NEED(largest >= 0.9 * OBJECTS * 500);

    return 0;
}
