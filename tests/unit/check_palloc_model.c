/*
 * The pool against a model of it that knows no pointers: blocks are offsets
 * in a table, the large list is an array.  Random operations are done to
 * both; after each the model says which block of the seam, and which offset
 * in it, must have been returned, and how the whole pool must look.
 *
 * The seam numbers the blocks that it gives; the model counts along, so that
 * a block has the same number on both sides.  At random the seam is told to
 * refuse a call, and the model knows it too.
 */

#include "config.h"

#include "pool/ngx_palloc.h"
#include "check_suite.h"
#include "palloc_seam.h"

#define OPS   400
#define SEEDS 8
#define ROOM  (4 * OPS + 1)
#define NONE  (-1)

/* where a request was served: byte `at` of the seam's block `seam` */
typedef struct {
    long   seam; /* NONE: refused */
    size_t at;
} place_t;

typedef struct {
    long     seam;
    size_t   used; /* header included */
    unsigned misses;
} model_block_t;

typedef struct {
    size_t        size;
    size_t        max;
    model_block_t block[ROOM];
    size_t        blocks;
    size_t        first;       /* where the search begins */
    long          large[ROOM]; /* oldest first; NONE: an empty node */
    size_t        larges;
    char          pinned[ROOM]; /* by seam number: not to be freed */
    size_t        cleanups;
    long          given; /* the number of the seam's next block */
    size_t        live;
    size_t        refuse; /* 0: nothing; else the how-manieth call */
} model_t;

static model_t     m;
static uint64_t    state;
static ngx_pool_t *pool;


/* xorshift64 (Marsaglia, 2003) */
static size_t
dice(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;

    return (size_t) (state % n);
}


static long
model_seam(void)
{
    if (m.refuse != 0 && --m.refuse == 0) {
        return NONE;
    }

    m.live++;
    return m.given++;
}


static place_t
model_small(size_t size, int aligned)
{
    size_t  b, at;
    place_t place = {NONE, 0};

    for (b = m.first; b < m.blocks; b++) {
        at = m.block[b].used;

        while (aligned && at % 8 != 0) {
            at++;
        }

        if (at + size <= m.size) {
            m.block[b].used = at + size;
            place.seam = m.block[b].seam;
            place.at = at;
            return place;
        }
    }

    place.seam = model_seam();
    place.at = 32;

    if (place.seam == NONE) {
        return place;
    }

    for (b = m.first; b < m.blocks - 1; b++) {
        m.block[b].misses++;

        if (m.block[b].misses >= 6) {
            m.first = b + 1;
        }
    }

    m.block[m.blocks].seam = place.seam;
    m.block[m.blocks].used = 32 + size;
    m.block[m.blocks].misses = 0;
    m.blocks++;

    return place;
}


static place_t
model_large(int may_use_empty)
{
    size_t  k;
    place_t place = {NONE, 0};

    place.seam = model_seam();
    if (place.seam == NONE) {
        return place;
    }

    for (k = 1; may_use_empty && k <= 5 && k <= m.larges; k++) {
        if (m.large[m.larges - k] == NONE) {
            m.large[m.larges - k] = place.seam;
            return place;
        }
    }

    if (model_small(16, 1).seam == NONE) {
        m.live--;
        place.seam = NONE;
        return place;
    }

    m.large[m.larges++] = place.seam;

    return place;
}


static place_t
model_palloc(size_t size, int aligned)
{
    return size <= m.max ? model_small(size, aligned) : model_large(1);
}


static void
model_reset(void)
{
    size_t k;

    for (k = 0; k < m.larges; k++) {
        m.live -= m.large[k] == NONE ? 0 : 1;
    }

    for (k = 0; k < m.blocks; k++) {
        m.block[k].used = 80;
        m.block[k].misses = 0;
    }

    m.larges = 0;
    m.first = 0;
}


static void
model_start(size_t size, size_t page)
{
    memset(&m, 0, sizeof(m));
    m.size = size;
    m.max = size - 80 < page - 1 ? size - 80 : page - 1;
    m.block[0].used = 80;
    m.blocks = 1;
    m.given = 1;
    m.live = 1;
}


/* the blocks are where and as the model says; NULL, or what differs.  Plain
 * tests: an assertion of Check costs a system call, and there are millions */
static const char *
differ_blocks(void)
{
    size_t              k;
    ngx_pool_t         *b = pool;
    const seam_block_t *s;

    for (k = 0; k < m.blocks; k++) {
        s = seam_block((size_t) m.block[k].seam);

        if ((u_char *) b != s->addr || s->size != m.size || s->align != 16) {
            return "a block is another";
        }

        if (b->d.last != s->addr + m.block[k].used) {
            return "d.last";
        }

        if (b->d.end != s->addr + m.size) {
            return "d.end";
        }

        if (b->d.failed != m.block[k].misses) {
            return "d.failed";
        }

        if (k == m.first && pool->current != b) {
            return "current";
        }

        b = b->d.next;
    }

    return b == NULL ? NULL : "more blocks than predicted";
}


static const char *
differ_lists(void)
{
    size_t              k;
    void               *alloc;
    ngx_pool_large_t   *l = pool->large;
    ngx_pool_cleanup_t *c = pool->cleanup;

    for (k = m.larges; k-- > 0; l = l->next) {
        alloc = NULL;

        if (m.large[k] != NONE) {
            alloc = seam_block((size_t) m.large[k])->addr;
        }

        if (l == NULL || l->alloc != alloc) {
            return "the list of large blocks";
        }
    }

    for (k = 0; c != NULL; c = c->next) {
        k++;
    }

    return l == NULL && k == m.cleanups ? NULL : "a list is longer or shorter";
}


static void
compare(void)
{
    const char *what = differ_blocks();

    if (what == NULL) {
        what = differ_lists();
    }

    ck_assert_msg(what == NULL, "%s", what);
    ck_assert_uint_eq(pool->max, m.max);
    ck_assert_uint_eq(seam_given(), (size_t) m.given);
    ck_assert_uint_eq(seam_live(), m.live);
}


/* p is where the model says; its bytes are scribbled over */
static void
arrived(void *p, place_t place, size_t size)
{
    if (place.seam == NONE) {
        ck_assert_ptr_null(p);
        return;
    }

    ck_assert_ptr_eq((u_char *) p,
                     seam_block((size_t) place.seam)->addr + place.at);
    memset(p, 0xee, size);
}


static size_t
some_size(void)
{
    switch (dice(8)) {
    case 0:
        return dice(3);
    case 1:
        return m.max;
    case 2:
        return m.max + 1;
    case 3:
        return dice(m.max + 1);
    case 4:
        return m.max + dice(3000);
    default:
        return dice(64);
    }
}


static void
do_pcalloc(size_t size)
{
    size_t  k = 0;
    u_char *p = ngx_pcalloc(pool, size);

    while (p != NULL && k < size && p[k] == 0) {
        k++;
    }

    ck_assert(p == NULL || k == size);

    arrived(p, model_palloc(size, 1), size);
}


static void
do_pmemalign(size_t size)
{
    size_t  align = (size_t) 8 << dice(8);
    place_t place = model_large(0);

    arrived(ngx_pmemalign(pool, size, align), place, size);

    if (place.seam != NONE) {
        ck_assert_uint_eq(seam_block((size_t) place.seam)->align, align);
    }
}


static void
do_pfree(void)
{
    size_t k;

    if (m.larges == 0 || dice(4) == 0) {
        ck_assert_int_eq(ngx_pfree(pool, pool->current), NGX_DECLINED);
        return;
    }

    k = dice(m.larges);
    if (m.large[k] == NONE || m.pinned[m.large[k]]) {
        return;
    }

    ck_assert_int_eq(ngx_pfree(pool, seam_block((size_t) m.large[k])->addr),
                     NGX_OK);
    m.large[k] = NONE;
    m.live--;
}


static void
count_cleanup(void *data)
{
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_gt(m.cleanups, 0);
    m.cleanups--;
}


static void
do_cleanup_add(size_t size)
{
    place_t             node = model_palloc(24, 1);
    place_t             data = node;
    ngx_pool_cleanup_t *c = ngx_pool_cleanup_add(pool, size);

    if (node.seam != NONE && size != 0) {
        data = model_palloc(size, 1);
    }

    if (data.seam == NONE) {
        ck_assert_ptr_null(c);
        return;
    }

    ck_assert_ptr_eq((u_char *) c,
                     seam_block((size_t) node.seam)->addr + node.at);

    if (size != 0) {
        arrived(c->data, data, size);

    } else {
        ck_assert_ptr_null(c->data);
        c->data = c;
    }

    /* where max is small, the cleanup itself is a large block */
    m.pinned[node.seam] = 1;
    c->handler = count_cleanup;
    m.cleanups++;
}


/* a pool is reset, or it has cleanups: never both */
static void
step(int resets)
{
    size_t size = some_size();

    if (dice(12) == 0) {
        m.refuse = 1 + dice(2);
        seam_fail(m.refuse, 0);
    }

    switch (dice(10)) {
    case 0:
    case 1:
    case 2:
        arrived(ngx_pnalloc(pool, size), model_palloc(size, 0), size);
        break;
    case 3:
        do_pcalloc(size);
        break;
    case 4:
        do_pmemalign(size);
        break;
    case 5:
        do_pfree();
        break;
    case 6:
        if (!resets) {
            do_cleanup_add(size);

        } else if (dice(5) == 0) {
            ngx_reset_pool(pool);
            model_reset();
        }
        break;
    default:
        arrived(ngx_palloc(pool, size), model_palloc(size, 1), size);
    }
}


static const size_t sizes[]
    = {80, 81, 96, 112, 128, 256, 500, 1001, 1024, 4096, 4177, 16384};
static const size_t pages[] = {4096, 16384, 65536};


START_TEST(the_pool_does_what_the_model_predicts)
{
    size_t k, seed, page;

    for (page = 0; page < sizeof(pages) / sizeof(pages[0]); page++) {
        for (seed = 1; seed <= SEEDS; seed++) {
            state = seed * 0x9e3779b97f4a7c15 + (uint64_t) _i;

            seam_start();
            ngx_pagesize = pages[page];
            pool = ngx_create_pool(sizes[_i], NULL);
            model_start(sizes[_i], pages[page]);
            compare();

            for (k = 0; k < OPS; k++) {
                step(seed % 2 == 0);
                compare();
            }

            ngx_destroy_pool(pool);
            ck_assert_uint_eq(m.cleanups, 0);
            ck_assert_uint_eq(seam_live(), 0);
            ck_assert_uint_eq(seam_errors(), 0);
        }
    }

    seam_start();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("palloc_model");
    TCase *t = tcase_create("model");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, the_pool_does_what_the_model_predicts, 0,
                        sizeof(sizes) / sizeof(sizes[0]));
    suite_add_tcase(s, t);

    return s;
}
