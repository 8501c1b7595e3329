/*
 * Profiles that are too large for a page.  Nodes are made in order of their
 * number, so that the maker's search for a node, which is slow, is spared.
 */
#include "config.h"

#include "large_profile.h"

#define LARGE_CODE  0x400000ull
#define LARGE_BLOCK 65536
#define LARGE_HEAP  0x7f0000000000ull

static const maker_life_t large_life = {4096, 2, 0, 1, 2};


maker_t *
large_profile(unsigned sites, unsigned blocks)
{
    maker_t           *m = maker_create(0);
    np_format_block_t *b;
    np_format_pool_t  *p;
    uint32_t           caller, site;

    maker_argument(m, "large");
    (void) maker_module(m, "/opt/large/bin/large", LARGE_CODE,
                        LARGE_CODE + 0x10000000, 0);
    (void) maker_thread(m, 1, "large");
    for (unsigned i = 0; i < sites; i++) {
        caller = maker_frame(m, 0, LARGE_CODE + 16 * (i % 40) + 16);
        site = maker_site(m,
                          maker_node(m, caller, LARGE_CODE + 0x1000 + 16 * i));
        maker_alloc(m, site, 0, 16 * i + 16, 2);
        maker_free(m, site, 0, 16 * i + 16, 1, &large_life);
    }
    p = maker_pool(m, 64);
    p->blocks = blocks;
    for (unsigned i = 0; i < blocks; i++) {
        b = maker_block(m, LARGE_HEAP + (uint64_t) i * LARGE_BLOCK,
                        LARGE_BLOCK);
        b->size = 64;
        b->slots = LARGE_BLOCK / 64;
        b->live = i % b->slots;
        b->site = NP_SITE_FIRST + i % sites;
        b->pinned = b->pinned_by = i % 4096;
        for (unsigned k = 0; k < NP_CELLS; k++) {
            b->cell[k] = (uint8_t) ((i + k) % 7 == 0 ? i : 0);
        }
    }
    for (unsigned i = 0; i < 40; i++) {
        maker_tick(m, 1000, 1000000 * (i + 1), 900000 * (i + 1), 0);
    }
    return m;
}


maker_t *
deep_profile(unsigned sites, unsigned depth)
{
    maker_t *m = maker_create(0);
    uint32_t node, site;

    (void) maker_module(m, "/opt/deep/bin/deep", LARGE_CODE,
                        LARGE_CODE + 0x10000000, 0);
    (void) maker_thread(m, 1, "deep");
    for (unsigned i = 0; i < sites; i++) {
        node = maker_node(m, 0, LARGE_CODE + 16 * i + 16);
        for (unsigned k = 1; k < depth; k++) {
            node = maker_node(m, node, LARGE_CODE + 0x100000);
        }
        site = maker_site(m, node);
        maker_alloc(m, site, 0, 100, 1);
    }
    return m;
}
