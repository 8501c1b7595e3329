/*
 * np_image: files that are new and private, with a number if there is one of
 * the name; room that is allocated before it is used, or refused; what a
 * child has of it; and np_arena.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profiler_fixture.h"
#include "base/np_bits.h"
#include "os/np_file.h"
#include "os/np_mem.h"
#include "profile/np_arena.h"
#include "profile/np_image.h"

static char check_name[256];


static int
check_create(const char *pattern)
{
    int rc;

    np_lock(&np_profile_lock);
    rc = np_image_create_locked(pattern, check_name, sizeof(check_name));
    np_unlock(&np_profile_lock);

    return rc;
}


static void *
check_append(np_table_e t)
{
    void *m;

    np_lock(&np_profile_lock);
    m = np_image_append_locked(t);
    np_unlock(&np_profile_lock);

    return m;
}


START_TEST(files_are_new_private_and_numbered)
{
    const char *names[] = {"a", "a.1", "a.2", "a.3"};
    struct stat st;
    unsigned    i;
    int         fd;

    umask(0);
    /* a link that leads nowhere is a name, too, and is not followed */
    ck_assert_int_eq(symlink("nowhere", "a.2"), 0);

    for (i = 0; i < 4; i++) {
        if (i == 2) {
            continue;
        }

        ck_assert_int_eq(check_create("a"), 0);
        ck_assert_str_eq(check_name, names[i]);
        ck_assert_int_eq(stat(names[i], &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0600);
        ck_assert_uint_eq((size_t) st.st_size, np_image.bytes);
        /* sparse */
        ck_assert_uint_lt((size_t) st.st_blocks * 512, 65536);
        ck_assert_uint_eq(np_image_bytes(), np_mem_page());
    }

    ck_assert_int_eq(access("nowhere", F_OK), -1);
    fd = open("/dev/null", O_RDONLY);
    /* none is left open */
    ck_assert_int_eq(fd, dup(fd) - 1);
}
END_TEST


START_TEST(names_that_cannot_be_had)
{
    char     name[64];
    unsigned i;
    int      fd;

    ck_assert_int_eq(check_create("none/a"), -ENOENT);
    ck_assert_int_eq(check_create("a%z"), -EINVAL);
    ck_assert_ptr_null(np_image.header);

    for (i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), i == 0 ? "b" : "b.%u", i);
        fd = open(name, O_CREAT | O_WRONLY, 0600);
        ck_assert_int_ge(fd, 0);
        close(fd);
    }

    ck_assert_int_eq(check_create("b"), -EEXIST);
    ck_assert_int_eq(access("b.100", F_OK), -1);
}
END_TEST


/* no file of that name, for that reason, and none beside it */
static void
check_refused(const char *name, int error)
{
    char beside[64];

    ck_assert_int_eq(check_create(name), error);
    ck_assert_str_eq(check_name, name);
    snprintf(beside, sizeof(beside), "%s.1", name);
    ck_assert_int_eq(access(beside, F_OK), -1);
    ck_assert_ptr_null(np_image.header);
}


START_TEST(a_folder_is_told_and_nothing_lies_beside_it)
{
    ck_assert_int_eq(mkdir("d", 0700), 0);
    ck_assert_int_eq(symlink("d", "l"), 0);
    check_refused("d", -EISDIR);
    check_refused("d/", -EISDIR);
    check_refused("l", -EISDIR);

    /* a number that a folder has is passed by */
    ck_assert_int_eq(mkdir("a.1", 0700), 0);
    ck_assert_int_eq(check_create("a"), 0);
    ck_assert_int_eq(check_create("a"), 0);
    ck_assert_str_eq(check_name, "a.2");

    /* the fixture removes files only */
    ck_assert_int_eq(rmdir("d"), 0);
    ck_assert_int_eq(rmdir("a.1"), 0);
}
END_TEST


START_TEST(what_is_no_file_is_told_and_nothing_lies_beside_it)
{
    ck_assert_int_eq(mkfifo("f", 0600), 0);
    ck_assert_int_eq(symlink("/dev/null", "l"), 0);
    check_refused("f", -ENODEV);
    check_refused("l", -ENODEV);
}
END_TEST


START_TEST(records_go_on_until_the_table_is_full)
{
    np_format_table_t  *table;
    np_format_thread_t *r;
    uint32_t            i;

    ck_assert_int_eq(check_create("a"), 0);
    table = &np_image.header->table[NP_TABLE_THREADS];

    for (i = 0; i < table->capacity; i++) {
        r = check_append(NP_TABLE_THREADS);
        ck_assert_ptr_nonnull(r);
        ck_assert_ptr_eq(r, np_image_record(NP_TABLE_THREADS, i));
        ck_assert_uint_eq(r->tid, 0);
        r->tid = i + 1;
        ck_assert_uint_eq(table->used, i + 1);
    }

    ck_assert_ptr_null(check_append(NP_TABLE_THREADS));
    ck_assert_ptr_null(check_append(NP_TABLE_THREADS));
    ck_assert_uint_eq(table->used, table->capacity);
    ck_assert_uint_eq(table->lost, 2);
}
END_TEST


START_TEST(a_disk_that_fills_up_loses_records)
{
    np_format_table_t *table;
    uint32_t           used;

    ck_assert_int_eq(check_create("a"), 0);
    table = &np_image.header->table[NP_TABLE_NODES];
    ck_assert_ptr_nonnull(check_append(NP_TABLE_NODES));
    /* what is reserved stays good, and what is not is never touched */
    np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);

    while (check_append(NP_TABLE_NODES) != NULL) {
    }

    used = table->used;
    ck_assert_uint_eq(used, np_align_up(16 << 10, np_mem_page())
                                / sizeof(np_format_node_t));
    ck_assert_uint_eq(table->lost, 1);
    ck_assert_ptr_null(check_append(NP_TABLE_SITES));
    np_mem_fail(0, 0, 0);
    /* it is not asked for each record */
    ck_assert_ptr_null(check_append(NP_TABLE_NODES));
    ck_assert_uint_eq(table->lost, 2);
    np_image_retry_locked();
    ck_assert_ptr_nonnull(check_append(NP_TABLE_NODES));
    ck_assert_uint_eq(table->used, used + 1);
}
END_TEST


START_TEST(no_room_for_the_header)
{
    np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);
    ck_assert_int_eq(check_create("a"), -ENOSPC);
    np_mem_fail(0, 0, 0);
    ck_assert_ptr_null(np_image.header);
    ck_assert_int_eq(access("a", F_OK), -1);

    /* no address space for the largest, but for a smaller one */
    np_mem_fail(NP_MEM_MAP, 1, 0);
    ck_assert_int_eq(check_create("a"), 0);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_lt(np_image.header->table[NP_TABLE_SITES].capacity,
                      1 << 17);

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_int_eq(check_create("b"), -ENOMEM);
    np_mem_fail(0, 0, 0);
    ck_assert_int_eq(access("b", F_OK), -1);
}
END_TEST


START_TEST(a_limit_on_files_is_kept)
{
    struct rlimit r = {30 << 20, 30 << 20};

    signal(SIGXFSZ, SIG_DFL);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &r), 0);
    ck_assert_int_eq(check_create("a"), 0);
    ck_assert_uint_le(np_image.bytes, 30 << 20);
    r.rlim_cur = 100000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &r), 0);
    ck_assert_int_eq(check_create("b"), -EFBIG);
    ck_assert_int_eq(access("b", F_OK), -1);
}
END_TEST


START_TEST(a_child_has_what_was_when_it_was_forked)
{
    np_format_header_t  then;
    np_format_node_t   *node;
    np_format_header_t *h;
    pid_t               pid;
    int                 status;

    ck_assert_int_eq(check_create("%p"), 0);
    node = check_append(NP_TABLE_NODES);
    node->address = 77;
    np_image.header->interval = 4096;
    np_image.header->scale = 1024;
    np_image.header->live_bytes = 55;
    then = *np_image.header;
    pid = fork();

    if (pid == 0) {
        h = np_image.header;
        /* the parent goes on */
        h->live_bytes = 66;
        node = check_append(NP_TABLE_NODES);
        node->address = 88;
        np_lock(&np_profile_lock);
        ck_assert_int_eq(np_image_copy_locked("%p", &then), 0);
        np_unlock(&np_profile_lock);
        ck_assert_ptr_ne(np_image.header, h);
        h = np_image.header;
        ck_assert_uint_eq(h->live_bytes, 55);
        ck_assert_uint_eq(h->interval, 4096);
        ck_assert_uint_eq(h->scale, 1024);
        ck_assert_uint_eq(h->table[NP_TABLE_NODES].used, 1);
        node = np_image_record(NP_TABLE_NODES, 0);
        ck_assert_uint_eq(node->address, 77);
        node = check_append(NP_TABLE_NODES);
        ck_assert_uint_eq(node->address, 0);
        h->live_bytes = 1;
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    /* of the old file, still shared when the child wrote to it */
    ck_assert_uint_eq(np_image.header->live_bytes, 66);
    snprintf(check_name, sizeof(check_name), "%d", (int) pid);
    ck_assert_int_eq(access(check_name, F_OK), 0);
}
END_TEST


START_TEST(no_room_for_a_child)
{
    np_format_header_t then;

    ck_assert_int_eq(check_create("a"), 0);
    ck_assert_ptr_nonnull(check_append(NP_TABLE_NODES));
    then = *np_image.header;
    np_lock(&np_profile_lock);
    /* the header has room, the nodes have not */
    np_mem_fail(NP_MEM_ADVISE, 2, NP_MEM_EVERY);
    ck_assert_int_eq(np_image_copy_locked("b", &then), -ENOSPC);
    np_mem_fail(0, 0, 0);
    np_unlock(&np_profile_lock);
    ck_assert_ptr_null(np_image.header);
    ck_assert_int_eq(access("b", F_OK), -1);
}
END_TEST


START_TEST(the_arena_gives_zeroed_lines)
{
    size_t   n, before = np_arena_bytes(), sum = 0;
    char    *m, *last = NULL;
    unsigned i;

    np_lock(&np_profile_lock);

    for (i = 0; i < 400; i++) {
        n = i % 40 == 0 ? 200000 : 1 + check_random(3000);
        m = np_arena_alloc_locked(n);
        ck_assert_ptr_nonnull(m);
        ck_assert_uint_eq((uintptr_t) m % 64, 0);
        ck_assert_int_eq(m[0], 0);
        ck_assert_int_eq(m[n - 1], 0);
        memset(m, 1, n);
        ck_assert(last == NULL || last[0] == 1);
        last = m;
        sum += n;
    }

    ck_assert_uint_ge(np_arena_bytes() - before, sum);
    ck_assert_uint_le(np_arena_bytes() - before, sum + sum / 3 + (1 << 20));
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_ptr_null(np_arena_alloc_locked(1 << 20));
    np_mem_fail(0, 0, 0);
    ck_assert_ptr_nonnull(np_arena_alloc_locked(1 << 20));
    np_unlock(&np_profile_lock);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_image");
    TCase *t = tcase_create("files");

    tcase_add_checked_fixture(t, check_folder_setup, check_folder_teardown);
    tcase_add_test(t, files_are_new_private_and_numbered);
    tcase_add_test(t, names_that_cannot_be_had);
    tcase_add_test(t, a_folder_is_told_and_nothing_lies_beside_it);
    tcase_add_test(t, what_is_no_file_is_told_and_nothing_lies_beside_it);
    tcase_add_test(t, records_go_on_until_the_table_is_full);
    tcase_add_test(t, a_disk_that_fills_up_loses_records);
    tcase_add_test(t, no_room_for_the_header);
    tcase_add_test(t, a_limit_on_files_is_kept);
    tcase_add_test(t, a_child_has_what_was_when_it_was_forked);
    tcase_add_test(t, no_room_for_a_child);
    tcase_add_test(t, the_arena_gives_zeroed_lines);
    suite_add_tcase(s, t);

    return s;
}
