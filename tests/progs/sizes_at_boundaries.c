/*
 * Objects one byte around every border of size classes, runs and mappings
 * (16-byte steps to 256, eight a doubling to 4096, then powers of two and
 * odd ones up to 80 MiB) are whole, aligned and apart from each other.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>

#define EACH    3
#define OBJECTS 2048

static unsigned char *object[OBJECTS];
static size_t         size[OBJECTS];
static size_t         count;


/* checks the ends of large ones only */
static void
make(size_t n)
{
    size_t k;

    for (k = 0; k < (n < 4 << 20 ? EACH : 1); k++) {
        NP_NEED(count < OBJECTS);
        object[count] = malloc(n);
        NP_NEED(object[count] != NULL);
        NP_NEED((uintptr_t) object[count] % 16 == 0);
        NP_NEED(malloc_usable_size(object[count]) >= n);
        size[count] = n;

        if (n <= 70000) {
            np_keep_fill(object[count], n, (unsigned) count);

        } else {
            np_keep_fill(object[count], 5000, (unsigned) count);
            np_keep_fill(object[count] + n - 5000, 5000, (unsigned) count);
        }

        count++;
    }
}


static void
drop(size_t i)
{
    if (size[i] <= 70000) {
        NP_NEED(np_keep_is_filled(object[i], size[i], (unsigned) i));

    } else {
        NP_NEED(np_keep_is_filled(object[i], 5000, (unsigned) i));
        NP_NEED(
            np_keep_is_filled(object[i] + size[i] - 5000, 5000, (unsigned) i));
    }

    free(object[i]);
}


static void
around(size_t n)
{
    make(n - 1);
    make(n);
    make(n + 1);
}


int
main(void)
{
    size_t n, i, step;

    make(0);

    for (n = 16; n < 256; n += 16) {
        around(n);
    }

    for (step = 32; step <= 256; step *= 2) {
        for (n = 8 * step; n < 16 * step; n += step) {
            around(n);
        }
    }

    for (n = 4095; n <= 80 << 20; n *= 2) {
        around(n);
        around(n + 1);
        around(n / 3 * 4);
    }

    for (i = 0; i < count; i += 2) {
        drop(i);
    }

    for (i = 1; i < count; i += 2) {
        drop(i);
    }

    return 0;
}
