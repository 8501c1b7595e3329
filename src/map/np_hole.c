#include "config.h"

#include "map/np_hole.h"

#include <stdint.h>

#include "base/np_bits.h"
#include "base/np_check.h"
#include "map/np_granule.h"
#include "map/np_window.h"

#define NP_HOLE_LEAF   ((size_t) 1024) /* granules */
#define NP_HOLE_GROUP  ((size_t) 64)   /* leaves */
#define NP_HOLE_LEAVES (NP_WINDOW_GRANULES / NP_HOLE_LEAF)

/* how long a hole that begins there may be at the most, in granules */
static uint16_t np_hole_leaf[NP_HOLE_LEAVES];
static uint16_t np_hole_group[NP_HOLE_LEAVES / NP_HOLE_GROUP];


static uint16_t
np_hole_clamp(size_t n)
{
    return n < NP_HOLE_LONG ? (uint16_t) n : NP_HOLE_LONG;
}


void
np_hole_note(size_t g, size_t n)
{
    uint16_t  length = np_hole_clamp(n);
    uint16_t *leaf = &np_hole_leaf[g / NP_HOLE_LEAF];
    uint16_t *group = &np_hole_group[g / NP_HOLE_LEAF / NP_HOLE_GROUP];

    *leaf = length > *leaf ? length : *leaf;
    /* what the leaf says may be left from a window that was larger */
    *group = *leaf > *group ? *leaf : *group;
}


/* as np_hole_find(), among the holes that begin in the leaf; if there is
 * none, the leaf knows how long they are */
static size_t
np_hole_search_leaf(size_t leaf, size_t n, size_t align)
{
    size_t end = np_window.granules;
    size_t g = leaf * NP_HOLE_LEAF;
    size_t next = g + NP_HOLE_LEAF < end ? g + NP_HOLE_LEAF : end;
    size_t longest = 0;
    size_t begin, stop;

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

        longest = stop - g > longest ? stop - g : longest;
        g = stop;
    }

    np_hole_leaf[leaf] = np_hole_clamp(longest);

    return NP_HOLE_NONE;
}


static size_t
np_hole_search_group(size_t group, size_t n, size_t align)
{
    size_t   leaves = (np_window.granules + NP_HOLE_LEAF - 1) / NP_HOLE_LEAF;
    size_t   leaf = group * NP_HOLE_GROUP;
    size_t   end = leaf + NP_HOLE_GROUP;
    uint16_t length = np_hole_clamp(n);
    uint16_t longest = 0;
    size_t   g;

    for (; leaf < end && leaf < leaves; leaf++) {
        if (np_hole_leaf[leaf] >= length) {
            g = np_hole_search_leaf(leaf, n, align);

            if (g != NP_HOLE_NONE) {
                return g;
            }
        }

        longest = np_hole_leaf[leaf] > longest ? np_hole_leaf[leaf] : longest;
    }

    np_hole_group[group] = longest;

    return NP_HOLE_NONE;
}


size_t
np_hole_find(size_t n, size_t align)
{
    size_t   leaves = (np_window.granules + NP_HOLE_LEAF - 1) / NP_HOLE_LEAF;
    size_t   groups = (leaves + NP_HOLE_GROUP - 1) / NP_HOLE_GROUP;
    uint16_t length = np_hole_clamp(n);
    size_t   group, g;

    for (group = 0; group < groups; group++) {
        if (np_hole_group[group] >= length) {
            g = np_hole_search_group(group, n, align);

            if (g != NP_HOLE_NONE) {
                return g;
            }
        }
    }

    return NP_HOLE_NONE;
}


int
np_hole_is_valid(void)
{
    size_t end = np_window.granules;
    size_t g, stop, leaf;

    for (g = 0; g < end; g = stop) {
        g = np_granule_scan(g, end, 0);
        stop = np_granule_scan(g, end, 1);
        leaf = g / NP_HOLE_LEAF;

        if (g < end
            && (np_hole_leaf[leaf] < np_hole_clamp(stop - g)
                || np_hole_group[leaf / NP_HOLE_GROUP] < np_hole_leaf[leaf])) {
            return 0;
        }
    }

    return 1;
}
