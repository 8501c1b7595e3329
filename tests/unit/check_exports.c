/*
 * What holds for all exports: the renderings of small profiles are those in
 * tests/golden (NP_GOLDEN_UPDATE=1 writes them anew), hostile names come out
 * harmless, damaged profiles are survived, and what is hidden stays hidden.
 */
#include "config.h"

#include "report/np_export.h"

#include <check.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "export_samples.h"
#include "profile_damage.h"
#include "report/np_figure.h"
#include "report/np_utf8.h"
#include "sample_profile.h"

#define FORMATS 6

/* of which the format is text; JSON besides */
static const struct {
    const char *name;
    int         text, json;
} kinds[FORMATS] = {
    {"json", 1, 1},       {"pprof", 0, 0},     {"folded", 1, 0},
    {"speedscope", 1, 1}, {"callgrind", 1, 0}, {"dhat", 1, 1},
};


static char *
render(const export_sample_t *s, int format, size_t *n)
{
    ck_assert_str_eq(export_formats[format].name, kinds[format].name);
    return export_sample_render(s, export_formats[format].export,
                                NP_FIGURE_LIVE, n);
}


/* valid UTF-8, no control characters but ends of lines; and a JSON document,
 * if it says so */
static void
assert_harmless(const char *text, size_t n, int format)
{
    char        *copy = np_utf8_copy(text);
    json_error_t e;
    json_t      *j;

    ck_assert_uint_eq(strlen(text), n);
    ck_assert_msg(strcmp(copy, text) == 0, "%s: no UTF-8", kinds[format].name);
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg((unsigned char) text[i] >= 0x20 || text[i] == '\n',
                      "%s: a control character", kinds[format].name);
    }
    if (kinds[format].json) {
        j = json_loads(text, JSON_REJECT_DUPLICATES, &e);
        ck_assert_msg(j != NULL, "%s: line %d: %s", kinds[format].name, e.line,
                      e.text);
        json_decref(j);
    }
    free(copy);
}


START_TEST(test_hostile_names)
{
    export_sample_t s;
    char           *text;
    size_t          n;

    if (!kinds[_i].text) {
        return;
    }
    export_sample_open(&s, sample_plain(0));
    text = render(&s, _i, &n);
    assert_harmless(text, n, _i);
    ck_assert_ptr_nonnull(strstr(text, "<img src=x onerror=alert(1)>.so+0xf"));
    free(text);
    export_sample_close(&s);

    export_sample_open(&s, sample_rich(65536));
    text = render(&s, _i, &n);
    assert_harmless(text, n, _i);
    free(text);
    export_sample_close(&s);
}
END_TEST


/* writes the bytes to the file and exports what is read of them; 0: nothing */
static int
export_bytes(int fd, const char *path, const unsigned char *image, size_t size)
{
    char            err[NP_PROFILE_ERROR], *text;
    export_sample_t s;
    size_t          n;

    ck_assert_int_eq(ftruncate(fd, 0), 0);
    ck_assert_int_eq(pwrite(fd, image, size, 0), (ssize_t) size);
    s.profile = np_profile_load(path, err);
    if (s.profile == NULL) {
        return 0;
    }
    s.symbols = np_symbols_open(s.profile, NULL);
    ck_assert_ptr_nonnull(s.symbols);
    for (int i = 0; i < FORMATS; i++) {
        text = render(&s, i, &n);
        if (kinds[i].text) {
            assert_harmless(text, n, i);
        }
        free(text);
    }
    export_sample_close(&s);
    return 1;
}


START_TEST(test_damaged)
{
    char path[] = "/tmp/ngxpool-damaged-XXXXXX";
    int  fd = mkstemp(path), shown = 0, read;

    ck_assert_int_ge(fd, 0);
    for (const profile_damage_t *d = profile_damages; d->name != NULL; d++) {
        maker_t       *m = sample_plain(0);
        size_t         size;
        unsigned char *image = maker_image(m, &size);

        d->harm(image, &size);
        read = export_bytes(fd, path, image, size);
        ck_assert_msg(!d->hopeless || !read, "%s: read", d->name);
        shown += read;
        free(image);
        maker_destroy(m);
    }
    ck_assert_int_gt(shown, 0);
    close(fd);
    unlink(path);
}
END_TEST


/* bytes at random places, always the same ones */
START_TEST(test_random_damage)
{
    char           path[] = "/tmp/ngxpool-damaged-XXXXXX";
    int            fd = mkstemp(path), shown = 0;
    uint64_t       x = 88172645463325252u;
    maker_t       *m = sample_plain(65536);
    size_t         size;
    unsigned char *image = maker_image(m, &size), *harmed = malloc(size);

    ck_assert_int_ge(fd, 0);
    for (unsigned round = 0; round < 60; round++) {
        memcpy(harmed, image, size);
        for (unsigned i = 0; i <= round % 16; i++) {
            /* Marsaglia's xorshift64 */
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            harmed[(x >> 16) % size] = x & 1 ? 0xff : (unsigned char) (x >> 8);
        }
        shown += export_bytes(fd, path, harmed, size);
    }
    ck_assert_int_gt(shown, 0);
    free(harmed);
    free(image);
    maker_destroy(m);
    close(fd);
    unlink(path);
}
END_TEST


/* the version of the package, which would make each release a change */
static char *
without_version(char *text)
{
    char *at = strstr(text, PACKAGE_VERSION);

    if (at != NULL) {
        memmove(at + 9, at + strlen(PACKAGE_VERSION),
                strlen(at + strlen(PACKAGE_VERSION)) + 1);
        memcpy(at, "@VERSION@", 9);
    }
    return text;
}


static void
compare_golden(const char *name, char *text, size_t n)
{
    const char *dir = getenv("srcdir");
    char        path[4096], *want = calloc(1, n + 4096);
    FILE       *f;

    snprintf(path, sizeof(path), "%s/tests/golden/%s", dir != NULL ? dir : ".",
             name);
    text = without_version(realloc(text, n + 16));
    if (getenv("NP_GOLDEN_UPDATE") != NULL) {
        f = fopen(path, "w");
        ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
        fputs(text, f);
        ck_assert_int_eq(fclose(f), 0);
    }
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_lt(fread(want, 1, n + 4095, f), n + 4095);
    fclose(f);
    for (n = 0; want[n] != '\0' && want[n] == text[n];) {
        n++;
    }
    ck_assert_msg(want[n] == text[n], "%s: from byte %zu on it says\n%.200s",
                  path, n, text + n);
    free(want);
    free(text);
}


START_TEST(test_golden)
{
    static const struct {
        const char *name;
        uint64_t    interval;
    } profiles[] = {{"exact", 0}, {"sampled", 65536}};
    char   name[64], *text;
    size_t n;

    if (!kinds[_i].text) {
        return;
    }
    for (unsigned k = 0; k < 2; k++) {
        export_sample_t s;

        export_sample_open(&s, sample_plain(profiles[k].interval));
        text = render(&s, _i, &n);
        snprintf(name, sizeof(name), "%s.%s", profiles[k].name,
                 kinds[_i].name);
        compare_golden(name, text, n);
        export_sample_close(&s);
    }
}
END_TEST


START_TEST(test_hidden)
{
    export_sample_t s;
    char           *text;
    size_t          n;

    export_sample_open(&s, sample_plain(0));
    for (unsigned i = 0; i < s.profile->nsites; i++) {
        s.profile->site[i].hidden = 1;
    }
    for (int i = 0; i < FORMATS; i++) {
        text = render(&s, i, &n);
        if (kinds[i].text) {
            assert_harmless(text, n, i);
            /* of the places alone, which only --json lists */
            ck_assert_msg(i == 0 || strstr(text, "sample-server+0x") == NULL,
                          "%s", kinds[i].name);
            ck_assert_ptr_null(strstr(text, "(before"));
        }
        free(text);
    }
    export_sample_close(&s);
}
END_TEST


/* a disk that is full is told of */
START_TEST(test_full_disk)
{
    export_sample_t s;
    np_export_t     x;
    FILE           *f;

    export_sample_open(&s, sample_plain(0));
    x = (np_export_t){s.profile, s.symbols, "sample.prof", NP_FIGURE_LIVE};
    f = fopen("/dev/full", "w");
    ck_assert_ptr_nonnull(f);
    setvbuf(f, NULL, _IONBF, 0);
    ck_assert_int_eq(export_formats[_i].export(f, &x), -1);
    fclose(f);
    export_sample_close(&s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("exports");
    TCase *t = tcase_create("all");

    tcase_add_loop_test(t, test_hostile_names, 0, FORMATS);
    tcase_add_loop_test(t, test_golden, 0, FORMATS);
    tcase_add_loop_test(t, test_full_disk, 0, FORMATS);
    tcase_add_test(t, test_damaged);
    tcase_add_test(t, test_random_damage);
    tcase_add_test(t, test_hidden);
    suite_add_tcase(s, t);

    return s;
}
