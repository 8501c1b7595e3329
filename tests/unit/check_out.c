/*
 * np_out: what each conversion prints, compared with libc's printf where that
 * knows it; where text is cut; what happens when the descriptor refuses.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/np_out.h"
#include "check_suite.h"

/* the same call with both, the same text */
#define check_same(...)                                                       \
    do {                                                                      \
        char     want[256], got[256];                                         \
        np_out_t o;                                                           \
                                                                              \
        (void) snprintf(want, sizeof(want), __VA_ARGS__);                     \
        np_out_init(&o, -1, got, sizeof(got));                                \
        np_outf(&o, __VA_ARGS__);                                             \
        ck_assert_str_eq(got, want);                                          \
        ck_assert_int_eq(np_out_flush(&o), 0);                                \
    } while (0)


START_TEST(numbers_are_as_printf_prints_them)
{
    check_same("%d %i", 0, -7);
    check_same("%d %d", INT32_MAX, INT32_MIN);
    check_same("%ld %lld %jd", INT64_MIN, -1ll, (intmax_t) INT64_MAX);
    check_same("%u %lu %llu %zu", UINT32_MAX, UINT64_MAX, 12ull, SIZE_MAX);
    check_same("%ju %zd", (uintmax_t) 5, (ssize_t) -5);
    check_same("%x %lx %x", 0xdeadbeefu, UINT64_MAX, 0u);
    check_same("%p", (void *) 0x7ffc12345678);
    check_same("a%%b%c%c", 'x', '%');
}
END_TEST


START_TEST(fields_are_as_printf_pads_them)
{
    check_same("[%5d][%-5d][%05d]", 42, 42, 42);
    check_same("[%5d][%-5d][%05d]", -42, -42, -42);
    check_same("[%2u][%-2u][%02u]", 12345u, 12345u, 12345u);
    check_same("[%*d][%*d][%-*d]", 6, 1, -6, 2, 6, 3);
    check_same("[%10s][%-10s][%s]", "abc", "abc", "");
    check_same("[%.2s][%.9s][%.*s][%6.1s]", "abc", "abc", 1, "xyz", "pq");
    check_same("[%3c][%-3c]", 'a', 'b');
    check_same("[%08x][%-8x][%8lx]", 0xabu, 0xabu, 0xabul);
    check_same("[%20p][%-20p]", (void *) 16, (void *) 16);
}
END_TEST


START_TEST(a_precision_reads_no_further)
{
    char     text[2] = {'a', 'b'}, buf[8];
    np_out_t o;

    np_out_init(&o, -1, buf, sizeof(buf));
    np_outf(&o, "%.2s", text);
    ck_assert_str_eq(buf, "ab");
}
END_TEST


START_TEST(null_is_printed_not_read)
{
    char     buf[32];
    np_out_t o;
    /* behind the compiler's back: it warns of what is tested here */
    const char *volatile none = NULL;

    np_out_init(&o, -1, buf, sizeof(buf));
    np_outf(&o, "%s %p", none, (const void *) none);
    ck_assert_str_eq(buf, "(null) 0x0");
}
END_TEST


START_TEST(the_unknown_is_copied)
{
    static const char *const fmt[]
        = {"%", "%f", "%hd", "%5.3d", "%q%", "%-", "100%", "%.3"};
    char     buf[32];
    size_t   i;
    np_out_t o;
    void (*print)(np_out_t *, const char *, ...) = np_outf;

    for (i = 0; i < sizeof(fmt) / sizeof(fmt[0]); i++) {
        np_out_init(&o, -1, buf, sizeof(buf));
        print(&o, fmt[i]);
        ck_assert_str_eq(buf, fmt[i]);
    }
}
END_TEST


START_TEST(text_is_cut_at_the_end_of_memory)
{
    char     buf[8];
    np_out_t o;

    memset(buf, 'z', sizeof(buf));
    np_out_init(&o, -1, buf, 6);
    ck_assert_str_eq(buf, "");

    np_outf(&o, "%s", "abc");
    ck_assert_str_eq(buf, "abc");
    ck_assert_int_eq(np_out_flush(&o), 0);

    np_outf(&o, "%d", 12);
    ck_assert_str_eq(buf, "abc12");
    ck_assert_int_eq(np_out_flush(&o), 0);

    np_outf(&o, "3");
    ck_assert_str_eq(buf, "abc12");
    ck_assert_int_eq(np_out_flush(&o), -1);
    ck_assert_int_eq(buf[6], 'z');

    np_out_init(&o, -1, buf, 1);
    np_outf(&o, "x");
    ck_assert_str_eq(buf, "");
    ck_assert_int_eq(np_out_flush(&o), -1);
}
END_TEST


START_TEST(long_text_passes_through_a_small_buffer)
{
    char     buf[7], got[2048], want[2048];
    int      i, fd = memfd_create("out", 0);
    size_t   n = 0;
    np_out_t o;

    ck_assert_int_ge(fd, 0);
    np_out_init(&o, fd, buf, sizeof(buf));

    for (i = 0; i < 100; i++) {
        np_outf(&o, "%d:%s,", i, "words");
        n += (size_t) sprintf(want + n, "%d:%s,", i, "words");
    }

    ck_assert_int_eq(np_out_flush(&o), 0);
    ck_assert_uint_eq(o.written, n);
    ck_assert_int_eq(pread(fd, got, sizeof(got), 0), (ssize_t) n);
    ck_assert_mem_eq(got, want, n);
    close(fd);
}
END_TEST


START_TEST(a_refused_write_drops_the_rest_and_keeps_errno)
{
    char     buf[4];
    int      fd = open("/dev/full", O_WRONLY);
    np_out_t o;

    ck_assert_int_ge(fd, 0);
    np_out_init(&o, fd, buf, sizeof(buf));

    errno = 77;
    np_outf(&o, "%s", "many more bytes than four");
    ck_assert_int_eq(np_out_flush(&o), -1);
    ck_assert_int_eq(errno, 77);
    ck_assert_uint_eq(o.written, 0);
    ck_assert_int_ne(o.failed, 0);
    close(fd);
}
END_TEST


START_TEST(a_refused_write_brings_no_signal)
{
    char     buf[16];
    np_out_t o;
    sigset_t set, old;
    int      fd[2];

    ck_assert_int_eq(pipe(fd), 0);
    ck_assert_int_eq(close(fd[0]), 0);
    np_out_init(&o, fd[1], buf, sizeof(buf));
    np_outf(&o, "nobody reads this");
    ck_assert_int_eq(np_out_flush(&o), -1);

    /* one that waits already goes on waiting, and the mask is what it was */
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    ck_assert_int_eq(raise(SIGPIPE), 0);
    np_out_init(&o, fd[1], buf, sizeof(buf));
    np_outf(&o, "nor this");
    ck_assert_int_eq(np_out_flush(&o), -1);
    ck_assert_int_eq(sigpending(&set), 0);
    ck_assert_int_eq(sigismember(&set, SIGPIPE), 1);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, NULL, &old), 0);
    ck_assert_int_eq(sigismember(&old, SIGPIPE), 1);
    ck_assert_int_eq(sigismember(&old, SIGXFSZ), 0);
    close(fd[1]);
}
END_TEST


/* whoever has the other end may have made it non-blocking */
START_TEST(a_reader_is_waited_for)
{
    static char text[200000];
    char        buf[64], got[4096];
    np_out_t    o;
    int         fd[2], status, rc;
    size_t      n = 0;
    ssize_t     r;
    pid_t       pid;

    memset(text, 'x', sizeof(text));
    ck_assert_int_eq(pipe2(fd, O_NONBLOCK), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);

    if (pid == 0) {
        close(fd[0]);
        np_out_init(&o, fd[1], buf, sizeof(buf));
        np_out_bytes(&o, text, sizeof(text));
        _exit(np_out_flush(&o) == 0 ? 0 : 1);
    }

    ck_assert_int_eq(fcntl(fd[0], F_SETFL, 0), 0);
    usleep(50000);
    close(fd[1]);

    while ((r = read(fd[0], got, sizeof(got))) > 0) {
        n += (size_t) r;
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_eq(n, sizeof(text));
    close(fd[0]);

    /* nobody reads, ever */
    ck_assert_int_eq(pipe2(fd, O_NONBLOCK), 0);
    np_out_init(&o, fd[1], buf, sizeof(buf));
    np_out_bytes(&o, text, sizeof(text));
    rc = np_out_flush(&o);
    ck_assert_int_eq(rc, -1);
    close(fd[0]);
    close(fd[1]);
}
END_TEST


START_TEST(sizes_have_human_units)
{
    static const struct {
        uint64_t    n;
        const char *want;
    } t[] = {
        {0, "0 B"},
        {999, "999 B"},
        {1023, "1023 B"},
        {1024, "1.0 KiB"},
        {1536, "1.5 KiB"},
        {1024 * 99 + 972, "99.9 KiB"},
        {1024 * 99 + 973, "100 KiB"},
        {1024 * 100 + 511, "100 KiB"},
        {1024 * 100 + 512, "101 KiB"},
        {1024 * 1023, "1023 KiB"},
        {1024 * 1024 - 1, "1.0 MiB"},
        {12897485, "12.3 MiB"},
        {456ull << 30, "456 GiB"},
        {1ull << 40, "1.0 TiB"},
        {1ull << 50, "1.0 PiB"},
        {UINT64_MAX, "16.0 EiB"},
    };
    char   buf[12];
    size_t i;

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        ck_assert_str_eq(np_out_size(buf, t[i].n), t[i].want);
    }
}
END_TEST


static void
check_escaped(void (*escape)(np_out_t *, const char *), const char *s,
              const char *want)
{
    char     buf[256];
    np_out_t o;

    np_out_init(&o, -1, buf, sizeof(buf));
    escape(&o, s);
    ck_assert_str_eq(buf, want);
}


START_TEST(json_strings_are_escaped)
{
    check_escaped(np_out_json, "plain <&'>", "plain <&'>");
    check_escaped(np_out_json, "a\"b\\c", "a\\\"b\\\\c");
    check_escaped(np_out_json, "\n\x01\x1f\x7f", "\\u000a\\u0001\\u001f\x7f");
    /* 2, 3 and 4 bytes */
    check_escaped(np_out_json, "\u00e4\u20ac\U0001f600",
                  "\u00e4\u20ac\U0001f600");
    /* alone, cut short, too long, a surrogate, beyond the last */
    check_escaped(np_out_json, "\x80x", "\\ufffdx");
    check_escaped(np_out_json, "\xe2\x82", "\\ufffd\\ufffd");
    check_escaped(np_out_json, "\xc0\xaf", "\\ufffd\\ufffd");
    check_escaped(np_out_json, "\xe0\x80\x80", "\\ufffd\\ufffd\\ufffd");
    check_escaped(np_out_json, "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd");
    check_escaped(np_out_json, "\xf4\x90\x80\x80",
                  "\\ufffd\\ufffd\\ufffd\\ufffd");
    check_escaped(np_out_json, "\xff", "\\ufffd");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("out");
    TCase *t = tcase_create("out");

    tcase_add_test(t, numbers_are_as_printf_prints_them);
    tcase_add_test(t, fields_are_as_printf_pads_them);
    tcase_add_test(t, a_precision_reads_no_further);
    tcase_add_test(t, null_is_printed_not_read);
    tcase_add_test(t, the_unknown_is_copied);
    tcase_add_test(t, text_is_cut_at_the_end_of_memory);
    tcase_add_test(t, long_text_passes_through_a_small_buffer);
    tcase_add_test(t, a_refused_write_drops_the_rest_and_keeps_errno);
    tcase_add_test(t, a_refused_write_brings_no_signal);
    tcase_add_test(t, sizes_have_human_units);
    tcase_add_test(t, json_strings_are_escaped);
    tcase_add_test(t, a_reader_is_waited_for);
    suite_add_tcase(s, t);

    return s;
}
