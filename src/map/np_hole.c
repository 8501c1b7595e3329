#include "config.h"

#include "map/np_hole.h"

#include <stdint.h>
#include <string.h>

#include "base/np_bits.h"
#include "base/np_check.h"
#include "map/np_granule.h"
#include "map/np_window.h"

#define NP_HOLE_LEAF   ((size_t) 1024) /* granules */
#define NP_HOLE_GROUP  ((size_t) 128)  /* leaves */
#define NP_HOLE_LEAVES (NP_WINDOW_GRANULES / NP_HOLE_LEAF)
/* leaves that a search for an alignment above a page looks at */
#define NP_HOLE_LOOKS 8

/* where a run may begin */
enum {
    NP_HOLE_ANY,  /* at each granule */
    NP_HOLE_PAGE, /* at each page */
    NP_HOLE_STARTS
};

/* how long a hole that begins there may be at the most, in granules, from the
 * first place on where a run may begin */
static uint16_t np_hole_leaf[NP_HOLE_LEAVES][NP_HOLE_STARTS];
static uint16_t np_hole_group[NP_HOLE_LEAVES / NP_HOLE_GROUP][NP_HOLE_STARTS];


static size_t
np_hole_leaves(void)
{
    return (np_window.granules + NP_HOLE_LEAF - 1) / NP_HOLE_LEAF;
}


static uint16_t
np_hole_clamp(size_t n)
{
    return n < NP_HOLE_LONG ? (uint16_t) n : NP_HOLE_LONG;
}


static uint16_t
np_hole_max(uint16_t a, uint16_t b)
{
    return a > b ? a : b;
}


/* the bounds hold for the hole [g, end), too; a long one is long wherever a
 * run begins */
static NP_NOINLINE void
np_hole_raise(uint16_t bound[NP_HOLE_STARTS], size_t g, size_t end)
{
    size_t   page = np_align_up(g, np_granule_page());
    uint16_t length = np_hole_clamp(end - g);

    bound[NP_HOLE_ANY] = np_hole_max(bound[NP_HOLE_ANY], length);

    if (length < NP_HOLE_LONG) {
        length = page < end ? (uint16_t) (end - page) : 0;
    }

    bound[NP_HOLE_PAGE] = np_hole_max(bound[NP_HOLE_PAGE], length);
}


void
np_hole_note(size_t g, size_t n)
{
    uint16_t *leaf = np_hole_leaf[g / NP_HOLE_LEAF];
    uint16_t *group = np_hole_group[g / NP_HOLE_LEAF / NP_HOLE_GROUP];

    np_hole_raise(leaf, g, g + n);
    /* what the leaf says may be left from a window that was larger */
    group[NP_HOLE_ANY] = np_hole_max(group[NP_HOLE_ANY], leaf[NP_HOLE_ANY]);
    group[NP_HOLE_PAGE] = np_hole_max(group[NP_HOLE_PAGE], leaf[NP_HOLE_PAGE]);
}


/* as np_hole_find(), among the holes that begin in the leaf; if there is
 * none, the leaf knows how long they are */
static size_t
np_hole_search_leaf(size_t leaf, size_t n, size_t align)
{
    size_t end = np_window.granules;
    size_t g = leaf * NP_HOLE_LEAF;
    size_t next = g + NP_HOLE_LEAF < end ? g + NP_HOLE_LEAF : end;
    size_t begin, stop;

    uint16_t longest[NP_HOLE_STARTS] = {0};

    /* what is free at the front belongs to a hole of a leaf before */
    if (g != 0 && !(np_granule_bits(g - 1)->used >> ((g - 1) % 64) & 1)) {
        g = np_granule_scan(g, next, 1);
    }

    for (;;) {
        g = np_granule_scan(g, next, 0);

        if (g >= next) {
            break;
        }

        begin = np_align_up(g, align);
        stop = np_granule_scan(g, begin + n < end ? begin + n : end, 1);

        if (stop >= begin + n) {
            return begin;
        }

        np_hole_raise(longest, g, stop);
        g = stop;
    }

    memcpy(np_hole_leaf[leaf], longest, sizeof(longest));

    return NP_HOLE_NONE;
}


/* which of the lengths a run with that alignment goes by */
static int
np_hole_start(size_t align)
{
    return align >= np_granule_page() ? NP_HOLE_PAGE : NP_HOLE_ANY;
}


static size_t
np_hole_search_group(size_t group, size_t n, size_t align)
{
    size_t   leaves = np_hole_leaves();
    size_t   leaf = group * NP_HOLE_GROUP;
    size_t   end = leaf + NP_HOLE_GROUP;
    uint16_t length = np_hole_clamp(n);
    uint16_t longest = 0;
    int      start = np_hole_start(align);
    size_t   g;

    for (; leaf < end && leaf < leaves; leaf++) {
        if (np_hole_leaf[leaf][start] >= length) {
            g = np_hole_search_leaf(leaf, n, align);

            if (g != NP_HOLE_NONE) {
                return g;
            }
        }

        longest = np_hole_max(longest, np_hole_leaf[leaf][start]);
    }

    np_hole_group[group][start] = longest;

    return NP_HOLE_NONE;
}


static size_t
np_hole_find_lowest(size_t n, size_t align)
{
    size_t   groups = (np_hole_leaves() + NP_HOLE_GROUP - 1) / NP_HOLE_GROUP;
    uint16_t length = np_hole_clamp(n);
    int      start = np_hole_start(align);
    size_t   group, g;

    for (group = 0; group < groups; group++) {
        if (np_hole_group[group][start] >= length) {
            g = np_hole_search_group(group, n, align);

            if (g != NP_HOLE_NONE) {
                return g;
            }
        }
    }

    return NP_HOLE_NONE;
}


/* for alignments above a page: behind where the last search ended, in a few
 * leaves only.  The end of the window is one of them, and is not preferred. */
static NP_NOINLINE size_t
np_hole_find_next(size_t n, size_t align)
{
    static size_t next;

    size_t   leaves = np_hole_leaves();
    uint16_t length = np_hole_clamp(n);
    unsigned looks = 0;
    size_t   left, g;

    for (left = leaves; left > 0 && looks < NP_HOLE_LOOKS; left--) {
        next = next + 1 < leaves ? next + 1 : 0;

        if (np_hole_leaf[next][NP_HOLE_PAGE] >= length) {
            g = np_hole_search_leaf(next, n, align);
            looks++;

            if (g != NP_HOLE_NONE) {
                return g;
            }
        }
    }

    return NP_HOLE_NONE;
}


size_t
np_hole_find(size_t n, size_t align)
{
    return align <= np_granule_page() ? np_hole_find_lowest(n, align)
                                      : np_hole_find_next(n, align);
}


int
np_hole_is_valid(void)
{
    size_t end = np_window.granules;
    size_t g, stop, leaf, group;
    int    i;

    uint16_t bound[NP_HOLE_STARTS];

    for (g = 0; g < end; g = stop) {
        g = np_granule_scan(g, end, 0);
        stop = np_granule_scan(g, end, 1);
        leaf = g / NP_HOLE_LEAF;
        group = leaf / NP_HOLE_GROUP;

        if (g == end) {
            break;
        }

        memset(bound, 0, sizeof(bound));
        np_hole_raise(bound, g, stop);

        for (i = 0; i < NP_HOLE_STARTS; i++) {
            if (np_hole_leaf[leaf][i] < bound[i]
                || np_hole_group[group][i] < np_hole_leaf[leaf][i]) {
                return 0;
            }
        }
    }

    return 1;
}
