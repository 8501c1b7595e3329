#ifndef NP_CLASS_H
#define NP_CLASS_H

/*
 * Size classes: 16-byte steps to 256 bytes, then eight a doubling to 4096;
 * at most an eighth of a slot is lost above 128 bytes.  Class 0 is none: what
 * sizes above `max` map to.
 *
 *      class    1  2  3 ... 16  17  18 ... 24  25 ... 31   32   33 ...   48
 *      size    16 32 48    256 288 320    512 576    960 1040 1152     4112
 *
 * Those that would be 1024, 2048, 3072 and 4096 have 16 bytes more: slots at
 * multiples of 1024 begin in four of a cache's 64 sets or fewer, where the
 * heads of a list's elements evict each other.
 *
 * Requests are looked up by (n + 15) >> 4.  Behind these fixed classes stand
 * some that are made when a size turns out to need one (np_fit.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"
#include "base/np_bits.h"

#define NP_CLASS_FIXED    49
#define NP_CLASSES_FITTED 8
#define NP_CLASSES        (NP_CLASS_FIXED + NP_CLASSES_FITTED)
#define NP_CLASS_FINE     16 /* the last of the 16-byte steps */
#define NP_CLASS_CROWDED  1024
#define NP_CLASS_APART    16
#define NP_CLASS_MAX      (4096 + NP_CLASS_APART)
#define NP_CLASS_LOOKUP   (NP_SMALL_MAX / 16 + 2)
/* what NGXPOOL_MAX can be at the most: (n + 15) >> 4 stays in the table */
#define NP_SMALL_MAX 4095


/* bytes of a slot of the fitted classes, and how many there are: both only
 * grow; heaps lock */
extern uint32_t np_class_fitted[NP_CLASSES_FITTED];
extern unsigned np_class_fitted_now;


/* bytes of a slot of class c, 1 <= c < NP_CLASSES; 0: not made yet */
NP_INLINE size_t
np_class_size(unsigned c)
{
    size_t size;

    if (c <= NP_CLASS_FINE) {
        return (size_t) c * 16;
    }

    if (np_unlikely(c >= NP_CLASS_FIXED)) {
        return np_class_fitted[c - NP_CLASS_FIXED];
    }

    c -= NP_CLASS_FINE + 1;
    size = (size_t) (9 + c % 8) << (5 + c / 8);

    return size % NP_CLASS_CROWDED != 0 ? size : size + NP_CLASS_APART;
}


/* the smallest fixed class for n bytes, up to NP_CLASS_MAX; 1 for n == 0 */
NP_INLINE unsigned
np_class_of(size_t n)
{
    unsigned shift;

    if (n <= 256) {
        return n <= 16 ? 1 : (unsigned) ((n + 15) / 16);
    }

    if (n > NP_CLASS_CROWDED && (n - 1) % NP_CLASS_CROWDED < NP_CLASS_APART) {
        n -= NP_CLASS_APART;
    }

    shift = np_log2(n - 1) - 3;

    return NP_CLASS_FINE + (shift - 5) * 8 + (unsigned) ((n - 1) >> shift) - 7;
}

#endif
