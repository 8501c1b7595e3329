/*
 * np_glibc and np_foreign: which memory is taken for a block of glibc's, in
 * layouts made by hand where nothing behind or before can be read; and what
 * becomes of calls with foreign pointers.  What glibc itself makes of its
 * blocks is seen in tests/progs/foreign_*.c.
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_foreign.h"
#include "heap/np_free.h"
#include "heap/np_glibc.h"
#include "os/np_mem.h"

#define CHECK_HEAP ((size_t) 64 << 20)
#define CHECK_HEAD 48

static char   check_said[4096];
static size_t check_usable;


static np_glibc_e
check_glibc(const void *m)
{
    return np_glibc_find(m, &check_usable);
}


/* pages that can be used, between two that cannot be read */
static char *
check_pages(size_t pages)
{
    size_t page = np_mem_page();
    char  *m = mmap(NULL, (pages + 2) * page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(m, MAP_FAILED);
    ck_assert_int_eq(mprotect(m + page, pages * page, PROT_READ | PROT_WRITE),
                     0);

    return m + page;
}


static void
check_put(char *m, ptrdiff_t offset, size_t v)
{
    memcpy(m + offset, &v, sizeof(v));
}


START_TEST(any_address_and_any_content_is_safe)
{
    size_t      page = np_mem_page();
    char       *m = check_pages(1);
    size_t      i, size;
    uint64_t    bits;
    unsigned    bit;
    const void *far[]
        = {m - page, m - 16,      m + page,     m + page + 16,
           NULL,     (void *) 16, (void *) -16, (void *) 0x800000000000};

    errno = 77;

    for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
        ck_assert_int_eq(check_glibc(far[i]), NP_GLIBC_NONE);
    }

    for (bit = 4; bit < 64; bit++) {
        (void) check_glibc((void *) ((uintptr_t) 1 << bit));
    }

    /* all sizes and flags, at both ends of what can be read */
    for (bit = 0; bit < 64; bit++) {
        for (i = 0; i < 16; i++) {
            size = ((size_t) 1 << bit) | i;
            check_put(m, 8, size);
            check_put(m, (ptrdiff_t) page - 8, size);
            /* flag 2: what else is mapped decides */
            ck_assert(check_glibc(m + 16) == NP_GLIBC_NONE || i == 2);
            ck_assert(check_glibc(m + page) == NP_GLIBC_NONE || i == 2);
        }
    }

    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);

    for (i = 0; i < 20000; i++) {
        bits = check_random(UINT64_MAX);
        check_put(m, 8 * (ptrdiff_t) check_random(page / 8),
                  bits >> check_random(64));
        ck_assert_int_ne(check_glibc(m + 16 * check_random(page / 16)),
                         NP_GLIBC_LOST);
    }

    ck_assert_int_eq(errno, 77);
}
END_TEST


START_TEST(a_mapped_block_begins_and_ends_on_pages)
{
    size_t page = np_mem_page();
    char  *m = check_pages(4);

    check_put(m, 8, (4 * page) | 2);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_BLOCK);
    ck_assert_uint_eq(check_usable, 4 * page - 16);
    ck_assert_int_eq(check_glibc(m + 32), NP_GLIBC_NONE);

    /* ends where nothing can be read, or not on a page */
    check_put(m, 8, (5 * page) | 2);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);
    check_put(m, 8, (4 * page - 16) | 2);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);
    check_put(m, 8, ((size_t) 1 << 63) | 2);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);

    /* no flag but that of a mapping */
    check_put(m, 8, (4 * page) | 3);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);

    /* aligned to a page: the mapping begins before */
    check_put(m, (ptrdiff_t) page - 16, page - 16);
    check_put(m, (ptrdiff_t) page - 8, (3 * page + 16) | 2);
    ck_assert_int_eq(check_glibc(m + page), NP_GLIBC_BLOCK);
    ck_assert_uint_eq(check_usable, 3 * page);
    check_put(m, (ptrdiff_t) page - 16, 2 * page - 16);
    check_put(m, (ptrdiff_t) page - 8, (3 * page + 16) | 2);
    ck_assert_int_eq(check_glibc(m + page), NP_GLIBC_NONE);
    check_put(m, (ptrdiff_t) page - 16, (size_t) -16);
    ck_assert_int_eq(check_glibc(m + page), NP_GLIBC_NONE);
}
END_TEST


/* a heap of an arena with two chunks, the head of which is at h */
static void
check_make_heap(char *h, const char *arena)
{
    check_put(h, 0, (size_t) arena);
    check_put(h, 16, 16 * np_mem_page());
    check_put(h, 4096 + 8, 112 | 5);
    check_put(h, 4096 + 112 + 8, (size_t) 4096 | 5);
}


START_TEST(a_block_of_an_arena_leads_to_itself)
{
    char  *all = mmap(NULL, 3 * CHECK_HEAP, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char  *first, *second, *m;
    size_t end;

    ck_assert_ptr_ne(all, MAP_FAILED);
    first = (char *) np_align_up((uintptr_t) all, CHECK_HEAP);
    second = first + CHECK_HEAP;
    check_make_heap(first, first + CHECK_HEAD);
    check_make_heap(second, first + CHECK_HEAD);

    for (m = first + 4096 + 16; m != NULL;
         m = m < second ? m + CHECK_HEAP : NULL) {
        ck_assert_int_eq(check_glibc(m), NP_GLIBC_BLOCK);
        ck_assert_uint_eq(check_usable, 104);
    }

    /* the chunk behind is free, or has no size, or is outside the heap */
    m = second + 4096 + 16;
    check_put(m, -8, 128 | 5);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, -8, CHECK_HEAP / 2 | 5);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, -8, 112 | 5);
    check_put(m, 112 - 8, 4096 | 4);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, 112 - 8, CHECK_HEAP | 5);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, 112 - 8, 4096 | 5);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_BLOCK);

    /* a top ends where its heap did a moment ago; nothing else does */
    end = 32 * np_mem_page() - 4096 - 112;
    check_put(m, 112 - 8, end | 1);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_BLOCK);
    check_put(m, 112 - 8, end | 5);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, 112 - 8, (end - 16) | 1);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, 112 - 8, (end + CHECK_HEAP) | 1);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(m, 112 - 8, 4096 | 5);

    /* an arena whose first heap does not know it, or that is elsewhere */
    check_put(first, 0, (size_t) second);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(first, 0, (size_t) first + CHECK_HEAD);
    check_put(second, 0, (size_t) first + 4096);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(second, 0, 0x1234567890u);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    check_put(second, 0, 0xdead000000000030u);
    ck_assert_int_eq(check_glibc(m), NP_GLIBC_NONE);
    ck_assert_int_eq(munmap(all, 3 * CHECK_HEAP), 0);
}
END_TEST


START_TEST(a_block_of_the_main_arena_lies_in_the_break)
{
    static size_t mine[64] __attribute__((aligned(16)));
    char         *m = sbrk(4096);
    char         *out = check_pages(1);
    size_t        page = np_mem_page(), more;

    ck_assert_ptr_ne(m, (void *) -1);
    m = (char *) np_align_up((uintptr_t) m, 16);
    check_put(m, 8, 64 | 1);
    check_put(m, 64 + 8, 2048 | 1);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_BLOCK);
    ck_assert_uint_eq(check_usable, 56);

    /* behind it lies a free one, or more than there is */
    check_put(m, 64 + 8, 2048);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);
    check_put(m, 64 + 8, (1 << 20) | 1);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);

    /* which a top has for a moment, while it is trimmed: it ends on a page */
    more = -((uintptr_t) m + 64) % page;
    check_put(m, 64 + 8, (((size_t) 1 << 20) + more) | 1);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_BLOCK);
    check_put(m, 64 + 8, (((size_t) 1 << 48) + more) | 1);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);
    check_put(m, 64 + 8, (-page + more) | 1);
    ck_assert_int_eq(check_glibc(m + 16), NP_GLIBC_NONE);

    /* the same elsewhere is nothing, unless there may be another libc */
    memcpy(out, m, 512);
    check_put(out, 64 + 8, 2048 | 1);
    mine[1] = mine[9] = 64 | 1;
    ck_assert_int_eq(check_glibc(mine + 2), NP_GLIBC_NONE);
    ck_assert_int_eq(check_glibc(out + 16), NP_GLIBC_NONE);
    np_glibc_expect_copies();
    ck_assert_int_eq(check_glibc(mine + 2), NP_GLIBC_NONE);
    ck_assert_int_eq(check_glibc(out + 16), NP_GLIBC_LOST);
    ck_assert_uint_eq(check_usable, 56);
    check_put(out, 8, 1 << 20 | 1);
    ck_assert_int_eq(check_glibc(out + 16), NP_GLIBC_NONE);
}
END_TEST


START_TEST(a_lost_block_is_copied_and_left)
{
    char      *lost = check_pages(1) + 16, *m;
    np_stats_t s;

    check_free(check_alloc(1));
    np_glibc_expect_copies();
    check_put(lost, -8, 64 | 1);
    check_put(lost, 64 - 8, 2048 | 1);
    check_fill(lost, 56, 1);
    ck_assert_uint_eq(np_free_usable(lost), 56);

    check_stderr_begin();
    m = np_alloc_resize(lost, 2000);
    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(check_filled(m, 56, 1), 1);
    check_free(m);
    m = np_alloc_resize(lost, 20);
    ck_assert_int_eq(check_filled(m, 20, 1), 1);
    check_free(m);
    check_free(lost);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_int_eq(check_lines(check_said), 1);
    ck_assert_ptr_nonnull(strstr(check_said,
                                 "ngxpool: ignored: realloc of another libc's "
                                 "block 0x"));
    ck_assert_ptr_nonnull(strstr(check_said, ", called from "));
    check_snapshot(&s);
    ck_assert_uint_eq(s.foreign_frees, 1);
    ck_assert_uint_eq(s.foreign_given, 0);
    ck_assert_uint_eq(s.foreign_left, 3);
}
END_TEST


START_TEST(unknown_pointers_ignored_are_told_once)
{
    static char mine[64] __attribute__((aligned(16)));
    np_stats_t  s;

    check_option("NGXPOOL_FOREIGN", "ignore");
    check_free(check_alloc(1));
    check_stderr_begin();
    ck_assert_uint_eq(np_free_usable(mine + 16), 0);
    ck_assert_ptr_null(np_alloc_resize(mine + 16, 10));
    check_free(mine);
    check_free(mine + 5);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_int_eq(check_lines(check_said), 1);
    ck_assert_ptr_nonnull(
        strstr(check_said, "malloc_usable_size of a foreign pointer 0x"));
    check_snapshot(&s);
    ck_assert_uint_eq(s.foreign_frees, 2);
    ck_assert_uint_eq(s.foreign_left, 4);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("foreign");
    TCase *t = tcase_create("foreign");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, any_address_and_any_content_is_safe);
    tcase_add_test(t, a_mapped_block_begins_and_ends_on_pages);
    tcase_add_test(t, a_block_of_an_arena_leads_to_itself);
    tcase_add_test(t, a_block_of_the_main_arena_lies_in_the_break);
    tcase_add_test(t, a_lost_block_is_copied_and_left);
    tcase_add_test(t, unknown_pointers_ignored_are_told_once);
    suite_add_tcase(s, t);

    return s;
}
