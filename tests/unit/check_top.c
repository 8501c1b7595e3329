/*
 * The live view without its terminal: a profile that is mapped is found in
 * /proc, rows are made of two looks at it, ordered and cut to the width.
 */

#include "config.h"

#include "cli/np_top_rows.h"

#include <check.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"
#include "cli/np_top_stack.h"
#include "profile_maker.h"
#include "sample_code.h"

static char                ck_file[] = "/tmp/check_top.XXXXXX";
static np_format_header_t *ck_map;
static size_t              ck_size;


/* three sites; the profile is mapped, and that of this process */
static void
ck_setup(void)
{
    const maker_life_t brief = {10, 0, 0, 1, 1};
    maker_t           *m = maker_create(0);
    struct stat        st;
    int                fd = mkstemp(ck_file);

    maker_argument(m, "/opt/bin/server");
    maker_argument(m, "a\302\233m\342\200\256b");
    maker_header(m)->pid = (uint32_t) getpid();
    maker_header(m)->ended = NP_ENDED_NOT;
    for (uint64_t i = 1; i <= 3; i++) {
        uint32_t s = maker_site(m, maker_frame(m, 0, 0x1000 * i));

        maker_alloc(m, s, 0, 1000 * i, 4);
        maker_free(m, s, 0, 1000 * i, i == 1 ? 1 : (unsigned) i, &brief);
        maker_pin(m, s, 5000 - i);
    }
    maker_pool(m, 1008)->pinned = 8192;
    ck_assert_int_eq(maker_write(m, ck_file), 0);
    maker_destroy(m);
    close(fd);
    fd = open(ck_file, O_RDWR);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_size = (size_t) st.st_size;
    ck_map = mmap(NULL, ck_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert(ck_map != MAP_FAILED);
    close(fd);
}


static void
ck_teardown(void)
{
    munmap(ck_map, ck_size);
    unlink(ck_file);
}


static np_format_site_t *
ck_site(unsigned i)
{
    return (np_format_site_t *) (void *) ((char *) ck_map
                                          + ck_map->table[NP_TABLE_SITES]
                                                .offset)
           + NP_SITE_FIRST + i;
}


START_TEST(test_process)
{
    np_top_source_t s;
    np_profile_t   *p;
    char            err[NP_TOP_ERROR];

    ck_assert_msg(np_top_source_process(&s, getpid(), err) == 0, "%s", err);
    ck_assert_str_eq(s.root, "");
    p = np_top_source_load(&s, err);
    ck_assert_msg(p != NULL, "%s", err);
    ck_assert_uint_eq(p->header.pid, (uint32_t) getpid());
    np_profile_free(p);
    ck_assert_int_eq(np_top_source_follow(&s), 0);
    /* removed from its folder it can still be read */
    unlink(ck_file);
    p = np_top_source_load(&s, err);
    ck_assert_ptr_nonnull(p);
    np_profile_free(p);
    np_top_source_close(&s);
}
END_TEST


/* whether a look at this profile says so, and is the last */
static int
ck_is_over(np_top_source_t *s, const char *state)
{
    np_top_rows_t t;
    char          err[NP_TOP_ERROR], line[200];
    int           over;

    np_top_rows_init(&t);
    ck_assert_msg(np_top_rows_look(&t, s, err) == 0, "%s", err);
    np_top_head(&t, 0, line, sizeof(line), 200);
    ck_assert_msg(strstr(line, state) != NULL, "%s", line);
    over = !np_top_rows_go_on(&t, s);
    np_top_rows_fini(&t);
    return over;
}


/* what a process says of its end, and what it cannot say */
START_TEST(test_end)
{
    np_top_source_t s;
    char            err[NP_TOP_ERROR];
    siginfo_t       info;
    pid_t           child;

    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    ck_assert_int_eq(ck_is_over(&s, "  runs  "), 0);
    ck_map->ended = NP_ENDED_EXIT;
    ck_assert_int_eq(ck_is_over(&s, "  has ended  "), 1);
    ck_map->ended = NP_ENDED_NOT;
    child = fork();
    if (child == 0) {
        for (;;) {
            (void) pause();
        }
    }
    ck_map->pid = (uint32_t) child;
    ck_assert_int_eq(ck_is_over(&s, "  runs  "), 0);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    /* before its status is asked for, and after */
    ck_assert_int_eq(waitid(P_PID, (id_t) child, &info, WEXITED | WNOWAIT), 0);
    ck_assert_int_eq(ck_is_over(&s, "  has ended  "), 1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(ck_is_over(&s, "  has ended  "), 1);
    np_top_source_close(&s);
}
END_TEST


/* after an exec the next profile is waited for, however long it takes */
START_TEST(test_exec)
{
    np_top_source_t s;
    char            err[NP_TOP_ERROR];
    ino_t           inode;

    ck_assert_int_eq(np_top_source_process(&s, getpid(), err), 0);
    inode = s.inode;
    ck_map->ended = NP_ENDED_EXEC;
    munmap(ck_map, ck_size);
    unlink(ck_file);
    ck_assert_int_eq(ck_is_over(&s, "  called exec  "), 0);
    ck_assert_uint_eq(s.inode, inode);
    strcpy(ck_file, "/tmp/check_top.XXXXXX");
    ck_setup();
    ck_assert_int_eq(ck_is_over(&s, "  called exec  "), 0);
    ck_assert_uint_ne(s.inode, inode);
    ck_assert_int_eq(ck_is_over(&s, "  runs  "), 0);
    ck_map->ended = NP_ENDED_EXIT;
    ck_assert_int_eq(ck_is_over(&s, "  has ended  "), 1);
    np_top_source_close(&s);
    /* the file of a program that was replaced: nobody writes it again */
    ck_map->ended = NP_ENDED_EXEC;
    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    ck_assert_int_eq(ck_is_over(&s, "  called exec  "), 1);
    np_top_source_close(&s);
}
END_TEST


START_TEST(test_not_profiled)
{
    np_top_source_t s;
    char            err[NP_TOP_ERROR];

    /* another process's profile is not ours */
    ck_map->pid++;
    ck_assert_int_eq(np_top_source_process(&s, getpid(), err), -1);
    ck_assert_ptr_nonnull(strstr(err, "is not profiled; start it with "));
    ck_map->pid--;
    ck_map->magic[0] = 'x';
    ck_assert_int_eq(np_top_source_process(&s, getpid(), err), -1);
    ck_assert_int_eq(np_top_source_process(&s, 0x7ffffff0, err), -1);
    ck_assert_ptr_nonnull(strstr(err, "there is no process"));
    ck_assert_int_eq(np_top_source_file(&s, "/no/such", err), -1);
    ck_assert_ptr_nonnull(strstr(err, "/no/such: No such file"));
    ck_assert_int_eq(np_top_source_file(&s, "/dev/null", err), 0);
    ck_assert_ptr_null(np_top_source_load(&s, err));
    ck_assert_int_eq(strncmp(err, "/dev/null: ", 11), 0);
    np_top_source_close(&s);
}
END_TEST


/* one whose parent has not asked for its status yet */
START_TEST(test_has_ended)
{
    np_top_source_t s;
    siginfo_t       info;
    char            err[NP_TOP_ERROR];
    pid_t           pid = fork();

    if (pid == 0) {
        _exit(0);
    }
    ck_assert_int_eq(waitid(P_PID, (id_t) pid, &info, WEXITED | WNOWAIT), 0);
    ck_assert_int_eq(np_top_source_process(&s, pid, err), -1);
    ck_assert_ptr_nonnull(strstr(err, " has ended"));
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST


START_TEST(test_rows)
{
    np_top_source_t s;
    np_top_rows_t   t;
    char            err[NP_TOP_ERROR], line[200];

    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    np_top_rows_init(&t);
    ck_assert_int_eq(np_top_rows_look(&t, &s, err), 0);
    ck_assert_uint_eq(t.n, 3);
    /* live: 3000, 4000, 3000; pinned: 4999, 4998, 4997 */
    ck_assert_double_eq(t.row[0].value[NP_TOP_LIVE], 4000);
    ck_assert_double_eq(t.row[0].value[NP_TOP_PEAK], 8000);
    ck_assert_double_eq(t.row[0].value[NP_TOP_TEMPORARY], 4000);
    ck_assert_double_eq(t.row[0].value[NP_TOP_PINNED], 4998);
    ck_assert_double_eq(t.row[0].value[NP_TOP_RATE], 0);
    ck_assert_double_eq(t.row[0].objects, 2);
    t.key = NP_TOP_PINNED;
    np_top_rows_sort(&t);
    ck_assert_double_eq(t.row[0].value[NP_TOP_PINNED], 4999);
    ck_assert_double_eq(t.row[2].value[NP_TOP_PINNED], 4997);
    np_top_head(&t, 2, line, sizeof(line), 200);
    ck_assert_ptr_nonnull(strstr(line, "PINNED*"));
    np_top_head(&t, 0, line, sizeof(line), 200);
    ck_assert_ptr_nonnull(strstr(line, "/opt/bin/server 'a??m???b'"));
    np_top_head(&t, 1, line, sizeof(line), 200);
    ck_assert_ptr_nonnull(strstr(line, "live 9.77 KiB in 6"));
    /* of all blocks, whatever the sites add up to */
    ck_assert_ptr_nonnull(strstr(line, "  pinned 8.00 KiB"));
    np_top_rows_fini(&t);
    np_top_source_close(&s);
}
END_TEST


/* what is written between two looks shows as a rate */
START_TEST(test_rate)
{
    np_top_source_t s;
    np_top_rows_t   t;
    char            err[NP_TOP_ERROR];
    double          past;

    ck_assert_int_eq(np_top_source_process(&s, getpid(), err), 0);
    np_top_rows_init(&t);
    t.key = NP_TOP_RATE;
    ck_assert_int_eq(np_top_rows_look(&t, &s, err), 0);
    past = t.at;
    ck_site(2)->alloc_bytes += 1000000;
    ck_site(2)->live_bytes += 1000000;
    ck_map->clock += 1000000;
    ck_assert_int_eq(np_top_rows_look(&t, &s, err), 0);
    past = t.at - past;
    ck_assert_double_gt(past, 0);
    ck_assert_double_eq(t.row[0].value[NP_TOP_LIVE], 1003000);
    ck_assert_double_eq_tol(t.row[0].value[NP_TOP_RATE] * past, 1000000, 1);
    ck_assert_double_eq_tol(t.rate * past, 1000000, 1);
    ck_assert_double_eq(t.row[1].value[NP_TOP_RATE], 0);
    /* damaged for a moment: what was seen stays */
    ck_map->magic[0] = 'x';
    ck_assert_int_eq(np_top_rows_look(&t, &s, err), -1);
    ck_assert_uint_eq(t.n, 3);
    np_top_rows_fini(&t);
    np_top_source_close(&s);
}
END_TEST


START_TEST(test_filter)
{
    np_top_source_t s;
    np_top_rows_t   t;
    char            err[NP_TOP_ERROR];

    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    np_top_rows_init(&t);
    /* addresses without a module, of the calls themselves */
    strcpy(t.filter, "0X1FFF");
    ck_assert_int_eq(np_top_rows_look(&t, &s, err), 0);
    ck_assert_uint_eq(t.n, 1);
    ck_assert_double_eq(t.row[0].value[NP_TOP_LIVE], 4000);
    strcpy(t.filter, "nothing");
    np_top_rows_sort(&t);
    ck_assert_uint_eq(t.n, 0);
    t.filter[0] = '\0';
    np_top_rows_sort(&t);
    ck_assert_uint_eq(t.n, 3);
    np_top_rows_fini(&t);
    np_top_source_close(&s);
}
END_TEST


/* a name of 600 bytes leaves room for the file and the line */
START_TEST(test_long_name)
{
    np_top_source_t s;
    np_top_rows_t   t;
    np_top_stack_t  k;
    char            err[NP_TOP_ERROR];
    maker_t        *m = maker_create(0);
    uint64_t        at = (uint64_t) (uintptr_t) sample_long + 2;

    maker_own_modules(m);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, at)), 0, 1000, 4);
    ck_assert_int_eq(maker_write(m, ck_file), 0);
    maker_destroy(m);
    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    np_top_rows_init(&t);
    ck_assert_int_eq(np_top_rows_look(&t, &s, err), 0);
    ck_assert_uint_eq(t.n, 1);
    ck_assert_ptr_nonnull(strstr(t.row[0].name, " (sample_code.c:"));
    ck_assert_int_eq(np_top_stack(&k, t.profile, t.row[0].site, ""), 0);
    ck_assert_ptr_nonnull(strstr(k.frame[0], " (sample_code.c:"));
    np_top_stack_free(&k);
    np_top_rows_fini(&t);
    np_top_source_close(&s);
}
END_TEST


START_TEST(test_snapshot)
{
    char            name[100], err[NP_TOP_ERROR];
    np_top_source_t s;
    np_profile_t   *p;
    struct stat     st;

    snprintf(name, sizeof(name), "%s.snapshot", ck_file);
    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    ck_assert_int_eq(np_top_source_save(&s, name), 0);
    ck_assert_int_eq(stat(name, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    /* nothing is overwritten */
    ck_assert_int_eq(np_top_source_save(&s, name), -1);
    np_top_source_close(&s);
    p = np_profile_load(name, err);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->header.version, NP_FORMAT_CODED);
    ck_assert_uint_eq(p->header.live_bytes, 10000);
    np_profile_free(p);
    unlink(name);
}
END_TEST


/* each figure of a narrow line is one of the wide line, and whole */
static void
ck_fields(const np_top_rows_t *t, unsigned line, int columns)
{
    char wide[400], narrow[400], field[400], *at = narrow, *end;

    np_top_head(t, line, wide, sizeof(wide), 400);
    np_top_head(t, line, narrow, sizeof(narrow), columns);
    ck_assert_uint_le(strlen(narrow), (size_t) columns);
    (void) strcat(wide, "  ");
    while (*at != '\0') {
        end = strstr(at, "  ");
        end = end != NULL ? end : at + strlen(at);
        (void) snprintf(field, sizeof(field), "%.*s  ", (int) (end - at), at);
        ck_assert_msg(strstr(wide, field) != NULL, "%s", narrow);
        at = end + strspn(end, " ");
    }
}


/* however narrow it is, the site is there, and no figure is cut */
START_TEST(test_narrow)
{
    static const struct {
        int         columns;
        const char *titles;
    } f[] = {
        {80,
         "    LIVE*     PEAK    RATE/s TEMPORARY    PINNED  OBJECTS  SITE"},
        {77, "    LIVE*     PEAK    RATE/s TEMPORARY  OBJECTS  SITE"},
        {40, "    LIVE*   RATE/s   SITE"},
        {24, "    LIVE*  SITE"},
    };
    np_top_source_t s;
    np_top_rows_t   t;
    char            err[NP_TOP_ERROR], line[400];

    ck_assert_int_eq(np_top_source_file(&s, ck_file, err), 0);
    np_top_rows_init(&t);
    ck_assert_msg(np_top_rows_look(&t, &s, err) == 0, "%s", err);
    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        np_top_head(&t, 2, line, sizeof(line), f[i].columns);
        ck_assert_str_eq(line + strspn(line, " "),
                         f[i].titles + strspn(f[i].titles, " "));
        np_top_line(&t, 0, line, sizeof(line), f[i].columns);
        ck_assert_ptr_nonnull(strstr(line, "0x"));
    }
    for (int columns = 24; columns < 120; columns++) {
        ck_fields(&t, 1, columns);
    }
    /* the order's own column is not given up */
    t.key = NP_TOP_PINNED;
    np_top_head(&t, 2, line, sizeof(line), 30);
    ck_assert_ptr_nonnull(strstr(line, "PINNED*  SITE"));
    np_top_rows_fini(&t);
    np_top_source_close(&s);
}
END_TEST


START_TEST(test_fit)
{
    char plain[] = "abcdef", wide[] = "a\303\244\346\274\242z";
    char bad[] = "ab\377cd";

    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    np_top_fit(plain, 10);
    ck_assert_str_eq(plain, "abcdef");
    np_top_fit(plain, 3);
    ck_assert_str_eq(plain, "abc");
    np_top_fit(plain, 0);
    ck_assert_str_eq(plain, "");
    /* a wide one takes two columns: not half of it */
    np_top_fit(wide, 3);
    ck_assert_str_eq(wide, "a\303\244");
    np_top_fit(bad, 10);
    ck_assert_str_eq(bad, "ab");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("top");
    TCase *t = tcase_create("top");

    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    tcase_add_test(t, test_not_profiled);
    tcase_add_test(t, test_has_ended);
    tcase_add_test(t, test_rows);
    tcase_add_test(t, test_rate);
    tcase_add_test(t, test_filter);
    tcase_add_test(t, test_long_name);
    tcase_add_test(t, test_snapshot);
    tcase_add_test(t, test_narrow);
    tcase_add_test(t, test_fit);
    suite_add_tcase(s, t);
    /* not where an emulator answers for the kernel */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel");
    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    /* emulated: "/" is the folder of the emulated libraries, /proc/PID/root is not */
    tcase_add_test(t, test_process);
    tcase_add_test(t, test_end);
    tcase_add_test(t, test_exec);
    suite_add_tcase(s, t);

    return s;
}
