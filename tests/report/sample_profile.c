/*
 * Two descriptions of a small server's memory; see sample_profile.h.
 */
#include "config.h"

#include "sample_profile.h"

#include <stdio.h>
#include <string.h>

#include "sample_code.h"

#define SAMPLE_BASE  0x555555554000ull
#define SAMPLE_LIB   0x7ffff7a00000ull
#define SAMPLE_EVIL  0x7ffff7c00000ull
#define SAMPLE_QUOTE 0x7ffff7d00000ull
#define SAMPLE_HEAP  0x7fffe0000000ull

static const maker_life_t sample_brief = {512, 0, 0, 1, 1};
static const maker_life_t sample_request = {300000, 7, 0, 0, 4};
static const maker_life_t sample_handed = {2500000, 90, 1, 0, 1};

/* the two threads, in the order of the table */
enum {
    SAMPLE_FIRST,
    SAMPLE_WORKER
};


static void
sample_command(maker_t *m)
{
    maker_argument(m, "sample-server");
    maker_argument(m, "--name=<script>alert(2)</script>");
    maker_argument(m, "it's \"quoted\" \\ & \033[31mred\033[0m");
    maker_argument(m, "gr\303\274\303\237e\nsecond line");
    maker_argument(m, "\377\376 no UTF-8");
    (void) maker_thread(m, 4711, "sample-server");
    (void) maker_thread(m, 4712, "<b>worker\"");
}


static void
sample_modules(maker_t *m)
{
    np_format_module_t *r;

    r = maker_module(m, "/opt/sample/bin/sample-server", SAMPLE_BASE,
                     SAMPLE_BASE + 0x9000, SAMPLE_BASE);
    r->build_id_length = 20;
    for (unsigned i = 0; i < 20; i++) {
        r->build_id[i] = (uint8_t) (0x11 * (i % 15 + 1));
    }
    (void) maker_module(m, "/opt/sample/lib/libsample.so.1", SAMPLE_LIB,
                        SAMPLE_LIB + 0x20000, SAMPLE_LIB);
    (void) maker_module(m, "/tmp/<img src=x onerror=alert(1)>.so", SAMPLE_EVIL,
                        SAMPLE_EVIL + 0x1000, SAMPLE_EVIL);
    (void) maker_module(m, "/tmp/a \"b\" 'c' \\ ;\033[31m\nd\303\251\377.so",
                        SAMPLE_QUOTE, SAMPLE_QUOTE + 0x1000, SAMPLE_QUOTE);
}


/* the stacks of addresses, one a line, ended by 0, outermost frame first */
static const uint64_t sample_stacks[][6] = {
    {SAMPLE_BASE + 0x1100, SAMPLE_BASE + 0x1200, SAMPLE_BASE + 0x1300},
    {SAMPLE_BASE + 0x1100, SAMPLE_BASE + 0x1200, SAMPLE_LIB + 0x4400},
    {SAMPLE_BASE + 0x1100, SAMPLE_LIB + 0x4500, SAMPLE_LIB + 0x4500,
     SAMPLE_LIB + 0x4500, SAMPLE_LIB + 0x4600},
    {SAMPLE_BASE + 0x1100, SAMPLE_EVIL + 0x10},
    {SAMPLE_BASE + 0x1100, SAMPLE_QUOTE + 0x20},
    {0x10, 0xdeadbeef},
};

#define SAMPLE_SITES (sizeof(sample_stacks) / sizeof(sample_stacks[0]))


static uint32_t
sample_stack_node(maker_t *m, const uint64_t *frame)
{
    uint32_t node = 0;

    for (unsigned i = 0; i < 6 && frame[i] != 0; i++) {
        node = maker_frame(m, node, frame[i]);
    }
    return node;
}


/* site + 0: a cache that stays; 1: strings of requests; 2: buffers that grow;
 * 3: handed to another thread; 4 and 5: few and small */
static void
sample_play(maker_t *m, uint32_t site)
{
    maker_alloc(m, NP_SITE_EARLY, SAMPLE_FIRST, 72704, 1);
    maker_alloc(m, NP_SITE_PROFILER, SAMPLE_FIRST, 1024, 2);
    for (unsigned turn = 0; turn < 12; turn++) {
        maker_alloc(m, site, SAMPLE_FIRST, 1000, 20);
        maker_alloc(m, site + 1, SAMPLE_FIRST, 40, 500);
        maker_free(m, site + 1, SAMPLE_FIRST, 40, 300, &sample_brief);
        maker_alloc(m, site + 2, SAMPLE_WORKER, 64, 1);
        maker_grow(m, site + 2, 64, 4096, 1);
        maker_grow(m, site + 2, 4096, 70000, 0);
        maker_alloc(m, site + 3, SAMPLE_FIRST, 256, 30);
        maker_tick(m, 250, 4000000 + turn * 300000, 2097152 + turn * 131072,
                   turn * 65536);
        maker_free(m, site + 1, SAMPLE_FIRST, 40, 200, &sample_request);
        if (turn % 3 == 2) {
            maker_free(m, site + 2, SAMPLE_WORKER, 70000, 3, &sample_request);
        }
        maker_free(m, site + 3, SAMPLE_WORKER, 256, 29, &sample_handed);
        maker_pin(m, site, turn * 2000);
        maker_pin(m, site + 3, turn * 3840);
    }
    maker_alloc(m, site + 4, SAMPLE_WORKER, 0, 3);
    maker_alloc(m, site + 5, SAMPLE_WORKER, 24, 7);
    maker_free(m, site, SAMPLE_FIRST, 1000, 60, &sample_handed);
    maker_tick(m, 250, 6500000, 3000000, 500000);
}


static void
sample_heap(maker_t *m, uint32_t site)
{
    np_format_pool_t  *p;
    np_format_block_t *b;

    p = maker_pool(m, 0);
    p->blocks = 2;
    p->slots = p->live = 2;
    p = maker_pool(m, 256);
    p->blocks = 3;
    p->slots = 96;
    p->live = p->watched = 12;
    p->holes = 70;
    /* a little more than sites pin */
    p->pinned = 65240;
    for (unsigned i = 0; i < 3; i++) {
        b = maker_block(m, SAMPLE_HEAP + i * 8192, 8192);
        b->size = 256;
        b->slots = 32;
        b->live = 4;
        b->site = site + 3;
        b->pinned = 5120;
        b->pinned_by = 4096;
        for (unsigned k = 0; k < NP_CELLS; k++) {
            b->cell[k] = (uint8_t) (k % 16 == i ? 255 : 0);
        }
    }
}


static void
sample_footer(maker_t *m)
{
    np_format_header_t *h = maker_header(m);

    h->own_bytes = 393216;
    h->memo_hits = 9000;
    h->walks = 200;
    h->steps = 12;
    h->cut = 1;
    h->broken = 2;
    h->rules = 40;
    if (h->interval == 0) {
        h->heap_live_bytes = h->live_bytes;
        h->heap_live_objects = h->live_objects;
        h->heap_known = 1;
    }
}


maker_t *
sample_plain(uint64_t interval)
{
    maker_t *m = maker_create(interval);
    uint32_t first = NP_SITE_FIRST;

    sample_command(m);
    sample_modules(m);
    for (unsigned i = 0; i < SAMPLE_SITES; i++) {
        (void) maker_site(m, sample_stack_node(m, sample_stacks[i]));
    }
    sample_play(m, first);
    sample_heap(m, first);
    sample_footer(m);
    return m;
}


maker_t *
sample_rich(uint64_t interval)
{
    sample_stack_t stack[SAMPLE_STACKS];
    maker_t       *m = maker_create(interval);
    uint32_t       first = NP_SITE_FIRST, node;

    memset(stack, 0, sizeof(stack));
    sample_main(stack);
    sample_command(m);
    maker_own_modules(m);
    sample_modules(m);
    (void) maker_site(
        m, maker_stack(m, stack[SAMPLE_CACHE].frame, stack[SAMPLE_CACHE].n));
    (void) maker_site(
        m, maker_stack(m, stack[SAMPLE_PARSE].frame, stack[SAMPLE_PARSE].n));
    (void) maker_site(
        m, maker_stack(m, stack[SAMPLE_TREE].frame, stack[SAMPLE_TREE].n));
    node = maker_stack(m, stack[SAMPLE_SORT].frame, stack[SAMPLE_SORT].n);
    (void) maker_site(m, node);
    (void) maker_site(
        m, maker_frame(m, 0, (uint64_t) (uintptr_t) sample_hostile + 8));
    (void) maker_site(m, sample_stack_node(m, sample_stacks[4]));
    sample_play(m, first);
    sample_heap(m, first);
    sample_footer(m);
    return m;
}
