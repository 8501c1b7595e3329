/*
 * Some objects stay among many that do not.  Says in how many pages both have
 * been: what SEGREGATE is to change.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS 40000
#define STAYS   100 /* one in so many stays */
#define PAGE    4096

static char     *object[OBJECTS];
static uintptr_t page[OBJECTS]; /* of those that do not stay */


__attribute__((noinline, noclone)) static char *
passes(void)
{
    char *m = malloc(200);

    return m != NULL ? memset(m, 1, 200) : NULL;
}


__attribute__((noinline, noclone)) static char *
stays(void)
{
    char *m = malloc(200);

    return m != NULL ? memset(m, 2, 200) : NULL;
}


static int
compare(const void *a, const void *b)
{
    const uintptr_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}


static int
is_shared(const char *m, size_t pages)
{
    uintptr_t p = (uintptr_t) m / PAGE;

    return bsearch(&p, page, pages, sizeof(p), compare) != NULL;
}


int
main(void)
{
    size_t i, pages = 0, shared = 0;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = i % STAYS == 0 ? stays() : passes();

        if (object[i] == NULL) {
            return 1;
        }

        if (i % STAYS != 0) {
            page[pages++] = (uintptr_t) object[i] / PAGE;
        }
    }

    qsort(page, pages, sizeof(page[0]), compare);

    for (i = 0; i < OBJECTS; i++) {
        if (i % STAYS == 0) {
            shared += (size_t) is_shared(object[i], pages);

        } else {
            free(object[i]);
        }
    }

    printf("%zu of %d\n", shared, OBJECTS / STAYS);

    return 0;
}
