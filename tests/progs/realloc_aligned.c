/*
 * realloc of memory from the aligned family keeps its contents, growing and
 * shrinking, whatever the alignment.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>


int
main(void)
{
    static const size_t sizes[] = {1, 24, 100, 1000, 4095, 5000, 70000};
    size_t              a, i, k, kept;
    void               *m;

    for (a = 16; a <= 1 << 22; a *= 2) {
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
                kept = sizes[i] < sizes[k] ? sizes[i] : sizes[k];
                m = memalign(a, sizes[i]);
                NP_NEED(m != NULL && (uintptr_t) m % a == 0);
                np_keep_fill(m, sizes[i], 1);
                m = realloc(m, sizes[k]);
                NP_NEED(m != NULL && np_keep_is_filled(m, kept, 1));
                np_keep_fill(m, sizes[k], 2);
                m = realloc(m, sizes[k] * 3);
                NP_NEED(m != NULL && np_keep_is_filled(m, sizes[k], 2));
                free(m);
            }
        }
    }

    return 0;
}
