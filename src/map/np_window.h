#ifndef NP_WINDOW_H
#define NP_WINDOW_H

/*
 * The window: a range of addresses far from everything else, chosen at
 * random, in which the heap and its tables grow like a private brk.  Nothing
 * is reserved: each area below is mapped piece by piece, contiguously, as it
 * is needed, so that the process holds as much address space as it uses, in
 * four mappings (and one for each area that only reports and profiles need).
 *
 *      base - 42 GiB       notes    what a profile keeps per slot, and
 *      base -  9 GiB       marks    which slots that is; mapped when there is
 *                                   a profile
 *      base -  8 GiB       side     what a report or a check keeps per slot;
 *                                   mapped when there is one
 *      base - 3712 MiB     map      one u32 a granule: its header's offset
 *      base - 2560 MiB     headers  64-byte records: words, blocks, large ones
 *      base -  384 MiB     bits     which granules are used, which pages dirty
 *      base                heap     granules of 512 bytes, handed out as runs
 *
 * The unmapped gaps between the areas are their guards: no linear overflow
 * of the heap reaches a table.  The heap begins `first` granules behind the
 * base, and all the others lie as much lower than said here as `tables` is
 * lower than the base, both at random: a pointer to an object tells neither.
 *
 * From any address to a record there are two ways.  By the bound: `granules`
 * refuses what is not in the heap before any memory is read.  By the mask, in
 * two instructions less, for those who have another proof that the address
 * belongs to the record (np_slot.h): np_window_find() reads the map at the
 * address' granule, modulo the power of two that `mask` stands for.  For an
 * address in the heap that is its own granule, as long as the map could grow
 * with the heap; for any other it is one of those that there are.  Granules
 * that belong to nobody map to record 0, which is all zero.
 *
 * Thread rules: `base`, `tables`, `first`, `map` and `records` are set once;
 * `granules` and `mask` move under the runs lock; readers need none (np_peek).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"

#define NP_GRANULE_SHIFT 9
#define NP_GRANULE       ((size_t) 1 << NP_GRANULE_SHIFT)

#define NP_WINDOW_NOTES   ((uintptr_t) 42 << 30)
#define NP_WINDOW_MARKS   ((uintptr_t) 9 << 30)
#define NP_WINDOW_SIDE    ((uintptr_t) 8 << 30)
#define NP_WINDOW_MAP     ((uintptr_t) 3712 << 20)
#define NP_WINDOW_HEADERS ((uintptr_t) 2560 << 20)
#define NP_WINDOW_BITS    ((uintptr_t) 384 << 20)
/* 128 GiB: what the map's 1 GiB can describe */
#define NP_WINDOW_GRANULES ((size_t) 128 << (30 - NP_GRANULE_SHIFT))

typedef struct {
    uintptr_t base;     /* address of granule 0, 0 before start-up */
    uintptr_t tables;   /* what the places of the tables are reckoned from */
    size_t    first;    /* granules in front of the heap, never mapped */
    size_t    granules; /* the first that is not mapped */
    /* what np_window_find() reads; before start-up it leads to a record of
     * zeroes */
    size_t          mask;    /* of granules that the map can be asked for */
    const uint32_t *map;     /* np_window_map() */
    char           *records; /* np_window_record(0) */
} np_window_t;

extern NP_HIDDEN np_window_t np_window;

typedef enum {
    NP_AREA_NOTES = 0,
    NP_AREA_MARKS,
    NP_AREA_SIDE,
    NP_AREA_MAP,
    NP_AREA_HEADERS,
    NP_AREA_BITS,
    NP_AREA_HEAP,
    NP_AREAS
} np_area_e;

/* chooses a base and maps the first pieces; 0, or -1 if the kernel refuses
 * everything.  Once, by one thread. */
int np_window_init(void);

/* makes the first n bytes of an area usable; 0 or -1.  Runs lock held. */
int np_window_reach_locked(np_area_e area, size_t n);

/* makes the first n granules usable, with their bits and map entries */
int np_window_grow_locked(size_t n);

/* gives the heap's address space behind the first n granules back, at least
 * as far as pages and the kernel allow; its map entries are 0 */
void np_window_shrink_locked(size_t n);

/* bytes of address space that an area has now, and of these resident */
size_t np_window_mapped(np_area_e area);
size_t np_window_resident(np_area_e area);


/* granule index of an address; >= np_window.granules if it is not ours */
NP_INLINE size_t
np_window_granule(const void *m)
{
    return ((uintptr_t) m - np_window.base) >> NP_GRANULE_SHIFT;
}


NP_INLINE char *
np_window_address(size_t g)
{
    return (char *) (np_window.base + (g << NP_GRANULE_SHIFT));
}


NP_INLINE uint32_t *
np_window_map(void)
{
    return (uint32_t *) (uintptr_t) np_window.map;
}


/* granule g is that of the record at such an offset; 0: of none.  Others may
 * look there meanwhile, for an address outside the heap (np_window_find). */
NP_INLINE void
np_window_set(size_t g, uint32_t offset)
{
    np_poke(np_window_map()[g], offset);
}


/* the record at a byte offset of the headers area */
NP_INLINE void *
np_window_record(uint32_t offset)
{
    return (void *) (np_window.records + offset);
}


/* a record, whatever m is; if m is in the heap, mostly the one of its
 * granule */
NP_INLINE void *
np_window_find(const void *m)
{
    size_t g = (uintptr_t) m >> NP_GRANULE_SHIFT;

#ifdef __SANITIZE_THREAD__
    /* whoever looks at a record that has nothing to do with m may see it
     * change, which is meant, and which ThreadSanitizer cannot know */
    if (np_window_granule(m) >= np_peek(np_window.granules)) {
        return np_window.records;
    }
#endif

    return np_window.records
           + np_peek_fast(np_window.map[g & np_peek_fast(np_window.mask)]);
}


NP_INLINE uint32_t
np_window_offset(const void *record)
{
    return (uint32_t) ((const char *) record - np_window.records);
}

#endif
