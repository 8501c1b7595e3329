/*
 * np_mem: what the kernel gives is what the header says, what it refuses
 * leaves everything as it was, and errno is never touched.
 */

#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_file.h"
#include "os/np_mem.h"

#define CHECK_ALIGN ((size_t) 4 << 20)
/* <sys/mman.h> may not have it */
#define CHECK_DONTNEED_LOCKED 24

static size_t check_page;


static void
check_setup(void)
{
    check_page = np_mem_page();
    errno = 77;
}


static void
check_teardown(void)
{
    ck_assert_int_eq(errno, 77);
}


static int
check_is_zero(const char *m, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (m[i] != 0) {
            return 0;
        }
    }

    return 1;
}


/* can the kernel read this byte for us? (no signal if not) */
static int
check_readable(const void *addr)
{
    int     fd[2], err = errno;
    ssize_t n;

    ck_assert_int_eq(pipe(fd), 0);
    n = syscall(SYS_write, fd[1], addr, (size_t) 1);
    close(fd[0]);
    close(fd[1]);
    errno = err;

    return n == 1;
}


/* pages of address space in use */
static long
check_pages(void)
{
    char buf[256];
    long i, n, pages = 0;

    n = np_file_read("/proc/self/statm", buf, sizeof(buf));
    ck_assert_int_gt(n, 0);

    for (i = 0; i < n && buf[i] >= '0' && buf[i] <= '9'; i++) {
        pages = pages * 10 + (buf[i] - '0');
    }

    ck_assert_int_gt(pages, 0);

    return pages;
}


START_TEST(the_page_size_is_the_kernels)
{
    ck_assert_uint_eq(check_page, (size_t) sysconf(_SC_PAGESIZE));
}
END_TEST


START_TEST(fresh_memory_is_zero_and_ours)
{
    char *m = np_mem_map(3 * check_page);

    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(check_is_zero(m, 3 * check_page), 1);
    memset(m, 1, 3 * check_page);

    ck_assert_int_eq(np_mem_unmap(m, 3 * check_page), 0);
    ck_assert_int_eq(check_readable(m), 0);
}
END_TEST


START_TEST(impossible_sizes_are_null)
{
    char *m = np_mem_map(check_page);

    ck_assert_ptr_null(np_mem_map(0));
    ck_assert_ptr_null(np_mem_map(SIZE_MAX & ~(check_page - 1)));
    ck_assert_ptr_null(
        np_mem_map_aligned(SIZE_MAX & ~(check_page - 1), CHECK_ALIGN));
    ck_assert_ptr_null(np_mem_remap(m, check_page, (size_t) 1 << 62));
    ck_assert_int_eq(np_mem_unmap(m + 1, check_page), -1);
    ck_assert_int_eq(check_readable(m), 1);
}
END_TEST


START_TEST(an_address_is_taken_only_if_free)
{
    char *m = np_mem_map(3 * check_page);

    ck_assert_ptr_nonnull(m);
    m[0] = 1;
    m[check_page] = 2;

    ck_assert_ptr_null(np_mem_map_at(m + check_page, check_page));
    ck_assert_int_eq(m[check_page], 2);

    ck_assert_int_eq(np_mem_unmap(m + check_page, check_page), 0);
    ck_assert_ptr_null(np_mem_map_at(m + check_page, 2 * check_page));
    ck_assert_ptr_eq(np_mem_map_at(m + check_page, check_page),
                     m + check_page);
    ck_assert_int_eq(m[0], 1);
    ck_assert_int_eq(m[check_page], 0);
}
END_TEST


START_TEST(aligned_memory_is_aligned_and_nothing_else_stays)
{
    char  *m[8];
    long   before = check_pages();
    size_t i, align, n;

    for (align = check_page; align <= CHECK_ALIGN; align *= 4) {
        n = 5 * check_page;

        for (i = 0; i < 8; i++) {
            m[i] = np_mem_map_aligned(n, align);
            ck_assert_ptr_nonnull(m[i]);
            ck_assert_uint_eq((uintptr_t) m[i] & (align - 1), 0);
            ck_assert_int_eq(check_is_zero(m[i], n), 1);
            memset(m[i], 1, n);
        }

        ck_assert_int_eq(check_pages() - before, 8 * 5);

        for (i = 0; i < 8; i++) {
            ck_assert_int_eq(np_mem_unmap(m[i], n), 0);
        }

        ck_assert_int_eq(check_pages(), before);
    }
}
END_TEST


START_TEST(a_remapped_block_keeps_its_bytes)
{
    char *m = np_mem_map(2 * check_page), *p;

    ck_assert_ptr_nonnull(m);
    memset(m, 7, 2 * check_page);

    p = np_mem_remap(m, 2 * check_page, 64 * check_page);
    ck_assert_ptr_nonnull(p);
    ck_assert_int_eq(p[0], 7);
    ck_assert_int_eq(p[2 * check_page - 1], 7);
    ck_assert_int_eq(check_is_zero(p + 2 * check_page, 62 * check_page), 1);

    ck_assert_ptr_eq(np_mem_remap(p, 64 * check_page, check_page), p);
    ck_assert_int_eq(p[check_page - 1], 7);
    ck_assert_int_eq(check_readable(p + check_page), 0);
}
END_TEST


START_TEST(purged_pages_read_as_zero)
{
    char *m = np_mem_map(3 * check_page);

    ck_assert_ptr_nonnull(m);
    memset(m, 7, 3 * check_page);
    ck_assert_int_eq(np_mem_purge(m + check_page, check_page), 0);
    ck_assert_int_eq(m[check_page - 1], 7);
    ck_assert_int_eq(check_is_zero(m + check_page, check_page), 1);
    ck_assert_int_eq(m[2 * check_page], 7);
}
END_TEST


/* refused by kernels that do not know MADV_DONTNEED_LOCKED, before 5.18; the
 * others say so once */
START_TEST(locked_pages_are_purged_where_the_kernel_can)
{
    char         *m = np_mem_map(2 * check_page);
    unsigned long calls;
    int           rc, known;

    ck_assert_ptr_nonnull(m);
    memset(m, 7, 2 * check_page);
    /* raw: a sanitizer makes mlock() do nothing */
    ck_assert_int_eq(syscall(SYS_mlock, m, check_page), 0);
    known = madvise(m + check_page, check_page, CHECK_DONTNEED_LOCKED) == 0;
    ck_assert_int_eq(m[check_page], known ? 0 : 7);
    rc = np_mem_purge(m, check_page);
    ck_assert_int_eq(rc, known ? 0 : -1);
    ck_assert_int_eq(m[check_page - 1], known ? 0 : 7);

    calls = np_mem_calls();
    ck_assert_int_eq(np_mem_purge(m, check_page), rc);
    ck_assert_uint_eq(np_mem_calls() - calls, known ? 1 : 2);
    ck_assert_int_eq(np_mem_purge(m + check_page, check_page), 0);
    ck_assert_int_eq(m[check_page], 0);
}
END_TEST


START_TEST(populated_pages_are_there)
{
    char         *m = np_mem_map(4 * check_page);
    unsigned char in[4] = {0, 0, 0, 0};
    int           i, rc;

    ck_assert_ptr_nonnull(m);
    rc = np_mem_populate(m, 4 * check_page);
    ck_assert_int_eq(mincore(m, 4 * check_page, in), 0);

    for (i = 0; i < 4; i++) {
        /* -1: a kernel before 5.14, and nothing has happened */
        ck_assert_int_eq(in[i] & 1, rc == 0);
    }

    ck_assert_int_eq(check_is_zero(m, 4 * check_page), 1);
}
END_TEST


START_TEST(advice_on_huge_pages_changes_no_byte)
{
    char *m = np_mem_map(2 * check_page);

    ck_assert_ptr_nonnull(m);
    memset(m, 7, 2 * check_page);
    (void) np_mem_huge(m, 2 * check_page, 1);
    (void) np_mem_huge(m, 2 * check_page, 0);
    ck_assert_int_eq(m[2 * check_page - 1], 7);
    ck_assert_int_eq(np_mem_huge(m + 1, check_page, 1), -1);
}
END_TEST


START_TEST(a_guard_is_out_of_reach)
{
    char *m = np_mem_map(2 * check_page);

    ck_assert_ptr_nonnull(m);
    memset(m, 7, 2 * check_page);
    ck_assert_int_eq(np_mem_guard(m + check_page, check_page), 0);
    ck_assert_int_eq(check_readable(m + check_page - 1), 1);
    ck_assert_int_eq(check_readable(m + check_page), 0);
    ck_assert_int_eq(np_mem_unguard(m + check_page, check_page), 0);
    ck_assert_int_eq(m[check_page], 7);
}
END_TEST


START_TEST(what_can_be_read_is_told_unread)
{
    char    *m = np_mem_map(3 * check_page);
    unsigned bit;

    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(np_mem_is_readable(m), 1);
    ck_assert_int_eq(np_mem_is_readable(m + check_page - 4), 1);
    ck_assert_int_eq(check_is_zero(m, check_page), 1);
    ck_assert_int_eq(mprotect(m, check_page, PROT_READ), 0);
    ck_assert_int_eq(np_mem_is_readable(m), 1);
    ck_assert_int_eq(np_mem_guard(m + check_page, check_page), 0);
    ck_assert_int_eq(np_mem_is_readable(m + check_page), 0);
    ck_assert_int_eq(np_mem_is_readable(m + 2 * check_page - 4), 0);
    ck_assert_int_eq(np_mem_is_readable(m + 2 * check_page), 1);
    ck_assert_int_eq(np_mem_unmap(m, 3 * check_page), 0);
    ck_assert_int_eq(np_mem_is_readable(m), 0);
    ck_assert_int_eq(np_mem_is_readable(NULL), 0);
    ck_assert_int_eq(np_mem_is_readable(&check_page), 1);
    ck_assert_int_eq(np_mem_is_readable((void *) ((uintptr_t) check_is_zero
                                                  & ~(uintptr_t) 3)),
                     1);

    for (bit = 47; bit < 64; bit++) {
        ck_assert_int_eq(np_mem_is_readable((void *) ((uintptr_t) 1 << bit)),
                         0);
    }
}
END_TEST


START_TEST(the_nth_call_fails_once)
{
    np_mem_fail(NP_MEM_MAP, 3, 0);
    ck_assert_uint_eq(np_mem_calls(), 0);
    ck_assert_ptr_nonnull(np_mem_map(check_page));
    ck_assert_ptr_nonnull(np_mem_map(check_page));
    ck_assert_ptr_null(np_mem_map(check_page));
    ck_assert_ptr_nonnull(np_mem_map(check_page));
    ck_assert_ptr_nonnull(np_mem_map(check_page));
    ck_assert_uint_eq(np_mem_calls(), 5);
}
END_TEST


START_TEST(from_the_nth_call_on_all_fail)
{
    np_mem_fail(NP_MEM_MAP, 2, NP_MEM_EVERY);
    ck_assert_ptr_nonnull(np_mem_map(check_page));
    ck_assert_ptr_null(np_mem_map(check_page));
    ck_assert_ptr_null(np_mem_map(check_page));
    ck_assert_ptr_null(np_mem_map_at((void *) 0x10000000, check_page));
    ck_assert_ptr_null(np_mem_map_aligned(check_page, CHECK_ALIGN));

    np_mem_fail(0, 0, 0);
    ck_assert_ptr_nonnull(np_mem_map(check_page));
}
END_TEST


START_TEST(only_calls_of_a_kind_count_and_fail)
{
    char *m = np_mem_map(2 * check_page), *p;

    ck_assert_ptr_nonnull(m);
    memset(m, 7, 2 * check_page);

    np_mem_fail(NP_MEM_PURGE | NP_MEM_GUARD, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_mem_purge(m, check_page), -1);
    ck_assert_int_eq(m[0], 7);
    ck_assert_int_eq(np_mem_guard(m, check_page), -1);
    ck_assert_int_eq(check_readable(m), 1);
    ck_assert_int_eq(np_mem_unguard(m, check_page), -1);

    p = np_mem_map(check_page);
    ck_assert_ptr_nonnull(p);
    ck_assert_int_eq(np_mem_unmap(p, check_page), 0);

    np_mem_fail(NP_MEM_UNMAP, 1, 0);
    ck_assert_int_eq(np_mem_unmap(m, 2 * check_page), -1);
    ck_assert_int_eq(m[0], 7);

    np_mem_fail(NP_MEM_REMAP, 1, 0);
    ck_assert_ptr_null(np_mem_remap(m, 2 * check_page, 4 * check_page));
    ck_assert_int_eq(m[2 * check_page - 1], 7);

    np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_mem_populate(m, check_page), -1);
    ck_assert_int_eq(np_mem_huge(m, check_page, 1), -1);
}
END_TEST


START_TEST(a_failed_aligned_mapping_leaves_nothing)
{
    char         *m;
    long          before = check_pages();
    unsigned long nth;
    int           failed = 0;

    for (nth = 1; nth <= 2; nth++) {
        np_mem_fail(NP_MEM_MAP, nth, 0);
        m = np_mem_map_aligned(check_page, CHECK_ALIGN);
        np_mem_fail(0, 0, 0);

        if (m == NULL) {
            failed++;
        } else {
            ck_assert_int_eq(np_mem_unmap(m, check_page), 0);
        }

        ck_assert_int_eq(check_pages(), before);
    }

    /* the second is not made if the first happens to be aligned */
    ck_assert_int_ge(failed, 1);

    for (nth = 1; nth <= 3; nth++) {
        np_mem_fail(NP_MEM_UNMAP, nth, 0);
        m = np_mem_map_aligned(check_page, CHECK_ALIGN);
        np_mem_fail(0, 0, 0);
        ck_assert_uint_eq((uintptr_t) m & (CHECK_ALIGN - 1), 0);

        /* what the kernel will not take back is all that may stay */
        ck_assert_int_le(check_pages() - before, 1);
        before = check_pages();
    }
}
END_TEST


START_TEST(a_mapped_file_is_shared)
{
    size_t page = np_mem_page();
    FILE  *f = tmpfile();
    char   byte = 0, *m;
    int    error = 0;

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(ftruncate(fileno(f), (off_t) (4 * page)), 0);
    m = np_mem_map_file(fileno(f), 4 * page, &error);
    ck_assert_ptr_nonnull(m);
    m[page] = 7;
    ck_assert_int_eq(pread(fileno(f), &byte, 1, (off_t) page), 1);
    ck_assert_int_eq(byte, 7);
    ck_assert_int_eq(np_mem_unmap(m, 4 * page), 0);
    ck_assert_ptr_null(np_mem_map_file(-1, page, &error));
    ck_assert_int_eq(error, -EBADF);
    np_mem_fail(NP_MEM_MAP, 1, 0);
    ck_assert_ptr_null(np_mem_map_file(fileno(f), page, &error));
    ck_assert_int_eq(error, -ENOMEM);
    np_mem_fail(0, 0, 0);
    fclose(f);
}
END_TEST


START_TEST(what_is_mapped_is_known)
{
    size_t page = np_mem_page(), n = 200;
    char  *m = np_mem_map(n * page);

    ck_assert_int_eq(np_mem_is_mapped(m, n * page), 1);
    ck_assert_int_eq(np_mem_guard(m + page, page), 0);
    ck_assert_int_eq(np_mem_is_mapped(m, n * page), 1);
    ck_assert_int_eq(np_mem_unmap(m + 150 * page, page), 0);
    ck_assert_int_eq(np_mem_is_mapped(m, n * page), 0);
    ck_assert_int_eq(np_mem_is_mapped(m, 150 * page), 1);
    ck_assert_int_eq(np_mem_unmap(m, n * page), 0);
    ck_assert_int_eq(np_mem_is_mapped(m, page), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("mem");
    TCase *t = tcase_create("mem");

    tcase_add_checked_fixture(t, check_setup, check_teardown);
    tcase_add_test(t, the_page_size_is_the_kernels);
    tcase_add_test(t, fresh_memory_is_zero_and_ours);
    tcase_add_test(t, impossible_sizes_are_null);
    tcase_add_test(t, an_address_is_taken_only_if_free);
    tcase_add_test(t, purged_pages_read_as_zero);
    tcase_add_test(t, advice_on_huge_pages_changes_no_byte);
    tcase_add_test(t, a_guard_is_out_of_reach);
    tcase_add_test(t, what_can_be_read_is_told_unread);
    tcase_add_test(t, the_nth_call_fails_once);
    tcase_add_test(t, from_the_nth_call_on_all_fail);
    tcase_add_test(t, only_calls_of_a_kind_count_and_fail);
    tcase_add_test(t, a_mapped_file_is_shared);
    suite_add_tcase(s, t);

    /* not where an emulator answers for the kernel */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel");
    tcase_add_checked_fixture(t, check_setup, check_teardown);
    /* emulated: the kernel's count of pages has the emulator's own in it */
    tcase_add_test(t, aligned_memory_is_aligned_and_nothing_else_stays);
    /* emulated: the kernel's count of pages has the emulator's own in it */
    tcase_add_test(t, a_failed_aligned_mapping_leaves_nothing);
    /* emulated: MADV_DONTNEED of locked memory says 0 and does nothing */
    tcase_add_test(t, locked_pages_are_purged_where_the_kernel_can);
    /* emulated: mremap() moves a block that it shortens */
    tcase_add_test(t, a_remapped_block_keeps_its_bytes);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_test(t, populated_pages_are_there);
    /* emulated: mincore() takes pages without access for unmapped ones */
    tcase_add_test(t, what_is_mapped_is_known);
    suite_add_tcase(s, t);

    return s;
}
