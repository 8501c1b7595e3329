/*
 * realloc keeps contents when a block grows and shrinks across the borders
 * between small, large and mapped blocks, alone and between neighbours.
 *
 * expect: exit 0
 */

#include "keep.h"

static const size_t sizes[]
    = {1,       15,      17,      100,      1000,     4094,    4095,
       4096,    4097,    8000,    16384,    16385,    65536,   200000,
       1 << 20, 3000000, 5 << 20, 31 << 20, 33 << 20, 66 << 20};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))


/* the first and the last bytes of the part that was kept */
static void
check(const char *m, size_t n, unsigned seed)
{
    size_t part = n < 70000 ? n : 70000;

    NP_NEED(m != NULL && np_keep_is_filled(m, part, seed));
}


static char *
resize(char *m, size_t from, size_t to)
{
    size_t kept = from < to ? from : to;
    size_t tail = kept < 5000 ? kept : 5000;

    np_keep_fill(m + from - (from < 5000 ? from : 5000),
                 from < 5000 ? from : 5000, 2);
    np_keep_fill(m + kept - tail, tail, 3);
    np_keep_fill(m, kept - tail < 70000 ? kept - tail : 70000, 1);
    m = realloc(m, to);
    NP_NEED(m != NULL);
    check(m, kept - tail, 1);
    NP_NEED(np_keep_is_filled(m + kept - tail, tail, 3));

    return m;
}


int
main(void)
{
    size_t i, k;
    char  *m, *before, *behind;

    for (i = 0; i < SIZES; i++) {
        for (k = 0; k < SIZES; k++) {
            before = malloc(sizes[i]);
            m = malloc(sizes[i]);
            behind = malloc(sizes[i]);
            NP_NEED(before != NULL && m != NULL && behind != NULL);
            before[sizes[i] - 1] = behind[0] = 'x';
            m = resize(m, sizes[i], sizes[k]);
            np_keep_fill(m, sizes[k] < 70000 ? sizes[k] : 70000, 4);
            NP_NEED(before[sizes[i] - 1] == 'x' && behind[0] == 'x');
            free(before);
            m = resize(m, sizes[k], sizes[i]);
            free(behind);
            free(m);
        }
    }

    m = malloc(1);
    NP_NEED(m != NULL);

    for (i = 1; i < 300000; i += 1 + i / 50) {
        m = resize(m, i, i + 1 + i / 50);
    }

    free(m);

    return 0;
}
