/*
 * Where a report says that RSS goes: what is held, and what follows from it.
 */
#include "config.h"

#include "report/np_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


static char *
render(const export_sample_t *s)
{
    const np_text_options_t o = {.top = 3};
    char                   *text = NULL;
    size_t                  n;
    np_text_t               t
        = {open_memstream(&text, &n), s->profile, s->symbols, &o, NULL};

    ck_assert_ptr_nonnull(t.f);
    ck_assert_int_eq(np_text_report(&t), 0);
    ck_assert_int_eq(fclose(t.f), 0);
    return text;
}


/* no figure is made up of what is held and cannot be in RSS */
START_TEST(test_rss)
{
    static const struct {
        uint64_t    rss;
        const char *live, *heap, *else_;
    } f[] = {
        {6500352, "  live                  252 KiB    4.0 %  ",
         "  other heap           2.55 MiB   41.2 %  free; in RSS unless ",
         "  all else             2.96 MiB   47.8 %  "},
        {1 << 20, "  live                  252 KiB   24.6 %  ",
         "  other heap           2.55 MiB           free, and 2.24 MiB or ",
         "  all else              323 KiB   31.5 %  "},
        {600000, "  live                  252 KiB           what was asked",
         "  other heap           2.55 MiB           free\n",
         "  all else                    ?           code, stacks, the "},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        export_sample_t s;
        char           *text;

        export_sample_open(&s, sample_plain(0));
        s.profile->time[s.profile->ntimes - 1].rss = f[i].rss;
        text = render(&s);
        ck_assert_msg(strstr(text, f[i].live) != NULL, "%s not in: %.700s",
                      f[i].live, strstr(text, "Where RSS"));
        ck_assert_msg(strstr(text, f[i].heap) != NULL, "%s not in: %.700s",
                      f[i].heap, strstr(text, "Where RSS"));
        ck_assert_msg(strstr(text, f[i].else_) != NULL, "%s not in: %.700s",
                      f[i].else_, strstr(text, "Where RSS"));
        ck_assert_int_eq(strstr(text, "or more are not resident") != NULL,
                         f[i].rss == 600000);
        free(text);
        export_sample_close(&s);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("text_rss");
    TCase *t = tcase_create("rss");

    tcase_add_test(t, test_rss);
    suite_add_tcase(s, t);
    return s;
}
