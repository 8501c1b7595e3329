#include "config.h"

#include "map/np_window.h"

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "base/np_check.h"
#include "map/np_apart.h"
#include "map/np_granule.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

/* ThreadSanitizer has uses of its own for most addresses; programs may map
 * the lowest 512 GiB themselves, as if the stack lay at their end */
#ifdef __SANITIZE_THREAD__
#define NP_WINDOW_WIDTH(stack) 40
#else
#define NP_WINDOW_WIDTH(stack) (np_log2((uintptr_t) (stack)) + 1)
#endif

/*
 * Placement.  The base is a random multiple of 128 GiB in the part of the
 * address space where the kernel puts nothing on its own: above programs
 * that are not position independent and 32-bit cages, below position
 * independent programs and mmap's downward growing region.  How wide the
 * address space is, is read off the address of the stack; where it is narrow,
 * of 32 GiB, or of 16 (valgrind).  Up to so much of the heap np_window_find()
 * is right.
 *
 * An address in the heap tells the base, which is a multiple of so much.  It
 * shall not tell more: the heap begins some pages behind the base, and the
 * tables lie as a whole some pages lower than np_window.h says.  How many, is
 * chance.  What the heap leaves out costs nothing: as much of the map and of
 * the bits as describes it is there anyway.
 */

/* from one base to the next, half of it in front of the first, where the
 * tables are; in a narrow space those of a profile reach beyond */
#define NP_WINDOW_APART  ((uintptr_t) 256 << 30)
#define NP_WINDOW_NARROW ((uintptr_t) 64 << 30)
#define NP_WINDOW_WIDE   (16 * NP_WINDOW_APART)
/* bytes of headers that are set aside for a granule, before the heap takes
 * all the address space there is: enough for words of 64 slots of 32 bytes,
 * up to 64 GiB of heap */
#define NP_WINDOW_HEADERS_SHARE 16
/* bytes beside a header: sizes of 64 slots (np_mode.h), their marks
 * (np_watch.h) */
#define NP_WINDOW_SIDE_SHARE  128
#define NP_WINDOW_MARKS_SHARE 8
/* where transparent huge pages are "always" on, a small heap would be
 * resident by 2 MiB at a time: none in the first part of the heap */
#define NP_WINDOW_SMALL ((size_t) 32 << 20)
/* the heap begins so far behind the base at the most, with its first piece in
 * what the first pieces of map and bits describe, and the tables so much lower
 */
#define NP_WINDOW_FRONT ((size_t) 7 << 20)
#define NP_WINDOW_SLIDE ((size_t) 4 << 30)
/* bases tried before giving up */
#define NP_WINDOW_TRIES 64

typedef struct {
    uintptr_t below;  /* the area begins so far below the tables' base */
    size_t    limit;  /* bytes it may have at the most */
    size_t    step;   /* smallest piece mapped at once */
    size_t    mapped; /* bytes up to the end of what is mapped */
    size_t    front;  /* of these in front of what is */
} np_window_area_t;

/* map and record of all addresses before start-up */
static uint64_t np_window_nobody[NP_CACHE_LINE / 8];

np_window_t np_window = {
    .map = (const uint32_t *) np_window_nobody,
    .records = (char *) np_window_nobody,
};

static np_window_area_t np_window_areas[NP_AREAS] = {
    [NP_AREA_NOTES] = {NP_WINDOW_NOTES, (size_t) 32 << 30, 1 << 20, 0, 0},
    [NP_AREA_MARKS] = {NP_WINDOW_MARKS, (size_t) 256 << 20, 64 << 10, 0, 0},
    [NP_AREA_SIDE] = {NP_WINDOW_SIDE, (size_t) 4 << 30, 1 << 20, 0, 0},
    [NP_AREA_MAP] = {NP_WINDOW_MAP, (size_t) 1 << 30, 64 << 10, 0, 0},
    [NP_AREA_HEADERS] = {NP_WINDOW_HEADERS, (size_t) 2 << 30, 256 << 10, 0, 0},
    [NP_AREA_BITS] = {NP_WINDOW_BITS, (size_t) 64 << 20, 64 << 10, 0, 0},
    [NP_AREA_HEAP] = {0, (size_t) 128 << 30, 1 << 20, 0, 0},
};


/* where the area begins, mapped or not */
static char *
np_window_area(np_area_e area)
{
    return area == NP_AREA_HEAP
               ? (char *) np_window.base
               : (char *) (np_window.tables - np_window_areas[area].below);
}


/* maps the first piece of each area that a heap needs; 0 or -1 */
static int
np_window_try(void)
{
    np_window_area_t *a;
    int               i;

    for (i = NP_AREA_MAP; i < NP_AREAS; i++) {
        a = &np_window_areas[i];

        if (np_mem_map_at(np_window_area(i) + a->front, a->step) == NULL) {
            while (--i >= NP_AREA_MAP) {
                a = &np_window_areas[i];
                np_mem_unmap(np_window_area(i) + a->front, a->step);
                a->mapped = 0;
            }

            return -1;
        }

        a->mapped = a->front + a->step;
    }

    return 0;
}


/* as much of the map as there is, down to a power of two that the base is a
 * multiple of: in the heap the granule of an address is then what is left of
 * it by the mask */
static void
np_window_mask_locked(void)
{
    size_t n = np_window_areas[NP_AREA_MAP].mapped / sizeof(uint32_t);
    size_t most = (np_window.base & -np_window.base) >> NP_GRANULE_SHIFT;

    n = (size_t) 1 << np_log2(n);
    np_poke(np_window.mask, (n < most ? n : most) - 1);
}


/* the window is there */
static void
np_window_begin(void)
{
    np_window_area_t *a = &np_window_areas[NP_AREA_HEAP];

    np_window.first = a->front >> NP_GRANULE_SHIFT;
    np_window.granules = a->mapped >> NP_GRANULE_SHIFT;
    np_window.map = (const uint32_t *) np_window_area(NP_AREA_MAP);
    np_window.records = np_window_area(NP_AREA_HEADERS);
    np_window_mask_locked();
    /* nobody's, and never free */
    np_granule_set(0, np_window.first, 1);
    (void) np_mem_huge(np_window_area(NP_AREA_HEAP) + a->front, a->step, 0);
}


/* base and distances from random */
static void
np_window_choose(uintptr_t low, uintptr_t high, uint64_t random)
{
    size_t    page = np_mem_page();
    uintptr_t apart
        = high - low < NP_WINDOW_WIDE ? NP_WINDOW_NARROW : NP_WINDOW_APART;
    /* valgrind's 37 bits leave room for one window and no choice */
    uintptr_t places = high - low < apart ? 1 : (high - low) / apart;

    np_window.base = low + apart / 2 + random % places * apart;
    random = np_proc_mix(random);
    np_window.tables
        = np_window.base - random % (NP_WINDOW_SLIDE / page) * page;
    random = np_proc_mix(random);
    np_window_areas[NP_AREA_HEAP].front
        = random % (NP_WINDOW_FRONT / page) * page;
}


int
np_window_init(void)
{
    uint64_t  random;
    uintptr_t low, high;
    unsigned  width;
    int       i;

    /* the stack lies in the upper half of what user space can address */
    width = NP_WINDOW_WIDTH(&random);
    low = (uintptr_t) 1 << (width - 3);
    high = (uintptr_t) 1 << (width - 1);
    random = np_proc_random();

    for (i = 0; i < NP_WINDOW_TRIES; i++) {
        np_window_choose(low, high, random);

        if (np_window_try() == 0) {
            np_window_begin();
            np_apart_init(low, high, np_window.base, np_proc_mix(~random));
            return 0;
        }

        random = np_proc_mix(random);
    }

    np_window.base = 0;

    return -1;
}


int
np_window_reach_locked(np_area_e area, size_t n)
{
    np_window_area_t *a = &np_window_areas[area];
    size_t            more, least;
    char             *end;

    if (n <= a->mapped) {
        return 0;
    }

    if (n > a->limit) {
        return -1;
    }

    /* an eighth more than there is, or just what is needed when address
     * space is scarce */
    least = np_align_up(n - a->mapped, np_mem_page());
    more = np_align_up(a->mapped / 8, a->step);
    more = more > least ? more : np_align_up(least, a->step);
    more = more < a->limit - a->mapped ? more : a->limit - a->mapped;
    end = np_window_area(area) + a->mapped;

    if (np_mem_map_at(end, more) == NULL) {
        more = least;

        if (np_mem_map_at(end, more) == NULL) {
            return -1;
        }
    }

    if (area == NP_AREA_HEAP && a->mapped < NP_WINDOW_SMALL) {
        (void) np_mem_huge(end, more, 0);
    }

    a->mapped += more;

    return 0;
}


/* an area that is used at all follows the headers: share bytes for one */
static int
np_window_follow_locked(np_area_e area, size_t share)
{
    size_t headers = np_window_areas[NP_AREA_HEADERS].mapped / NP_CACHE_LINE;

    return np_window_areas[area].mapped == 0
               ? 0
               : np_window_reach_locked(area, headers * share);
}


/* bits: 16 bytes for 64 granules (np_granule.h) */
int
np_window_grow_locked(size_t n)
{
    const size_t most = np_window_areas[NP_AREA_HEADERS].limit;
    size_t       have, headers;

    if (n <= np_window.granules) {
        return 0;
    }

    if (n > NP_WINDOW_GRANULES
        || np_window_reach_locked(NP_AREA_HEAP, n << NP_GRANULE_SHIFT) != 0) {
        return -1;
    }

    have = np_window_areas[NP_AREA_HEAP].mapped >> NP_GRANULE_SHIFT;
    headers = have * NP_WINDOW_HEADERS_SHARE;

    /* the tables follow; what the heap has more than they describe is used
     * when they have grown */
    if (np_window_reach_locked(NP_AREA_BITS, np_align_up(have, 64) / 4) != 0
        || np_window_reach_locked(NP_AREA_HEADERS,
                                  headers < most ? headers : most)
               != 0
        || np_window_reach_locked(NP_AREA_MAP, have * sizeof(uint32_t)) != 0
        || np_window_follow_locked(NP_AREA_SIDE, NP_WINDOW_SIDE_SHARE) != 0
        || np_window_follow_locked(NP_AREA_MARKS, NP_WINDOW_MARKS_SHARE)
               != 0) {
        return -1;
    }

    np_poke(np_window.granules, have);

    if (have > np_window.mask + 1) {
        /* if that is refused, frees beyond the mask take the slow way */
        (void) np_window_reach_locked(NP_AREA_MAP, (sizeof(uint32_t) * 2)
                                                       << np_log2(have - 1));
        np_window_mask_locked();
    }

    return 0;
}


void
np_window_shrink_locked(size_t n)
{
    np_window_area_t *a = &np_window_areas[NP_AREA_HEAP];
    size_t            bytes;

    bytes = np_align_up(n << NP_GRANULE_SHIFT, np_mem_page());
    bytes = bytes > a->front + a->step ? bytes : a->front + a->step;

    if (bytes < a->mapped
        && np_mem_unmap(np_window_area(NP_AREA_HEAP) + bytes,
                        a->mapped - bytes)
               == 0) {
        a->mapped = bytes;
        np_poke(np_window.granules, bytes >> NP_GRANULE_SHIFT);
    }
}


size_t
np_window_mapped(np_area_e area)
{
    return np_window_areas[area].mapped - np_window_areas[area].front;
}


size_t
np_window_resident(np_area_e area)
{
    return np_mem_resident(np_window_area(area) + np_window_areas[area].front,
                           np_window_mapped(area));
}
