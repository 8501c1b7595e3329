#ifndef NP_HOLE_H
#define NP_HOLE_H

/*
 * Where free granules are: the lowest hole that is long enough, without
 * looking at all of them.
 *
 * The window is cut into leaves of 512 KiB, and these into groups of 128.  For
 * each is kept how long a hole that begins in it may be at the most:
 *
 *      group   | 700 |  12 | ...      12: nothing for 13 granules in 64 MiB
 *      leaf    | 9 | 700 | 3 | ...
 *
 * An upper bound, raised when a hole appears or grows, and lowered to the
 * truth when a search has looked at every hole of the leaf in vain.  So each
 * search in vain is paid for by a free, and the holes need neither lists nor
 * bytes of their own.
 *
 * For runs that begin with a page there is a second bound, of what holes have
 * from their first page on: few holes of 17 granules have 16 there, and with
 * the first bound alone 20 000 requests for two pages looked at all of them
 * each time, 4.7 s, now 0.01 s.
 *
 * Of what is aligned to more than a page no bound is kept: most holes are long
 * enough and have no such place, as each of these blocks leaves one.  They are
 * sought a few leaves at a time, in turn; without that 40 000 objects of 100
 * bytes at multiples of 8 KiB took 7.9 s, now 0.2 s.
 *
 * One hint for each power of two ("no such hole below here") was not enough:
 * replacing 100 000 objects of 16 to 16 000 bytes took 1.79 s, now 0.29 s.
 *
 * Conservation: no hole that begins in a leaf is longer than the leaf says
 * (NP_HOLE_LONG for all long ones), no leaf of a group says more than the
 * group; both for either length.
 *
 * All functions: runs lock held.
 */

#include <stddef.h>

#define NP_HOLE_NONE ((size_t) -1)
/* holes of so many granules are "long", and not told apart */
#define NP_HOLE_LONG 1024

/* a hole of n granules begins at g; if it is long, it may also have begun
 * before g, in a leaf that knows of a long one */
void np_hole_note(size_t g, size_t n);

/* a g, a multiple of align (a power of two), such that n granules from it on
 * are free: the lowest.  NP_HOLE_NONE if there is none in the window, or none
 * that a short look finds, for alignments above a page. */
size_t np_hole_find(size_t n, size_t align);

/* the law above holds (debug build; walks all of the window) */
int np_hole_is_valid(void);

#endif
