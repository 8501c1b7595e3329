/*
 * Profiles for the tests of the adviser; see advice_profiles.h.
 */

#include "config.h"

#include "advice_profiles.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


maker_t *
advice_maker(uint64_t interval)
{
    maker_t            *m = maker_create(interval);
    np_format_module_t *r = maker_module(m, "/opt/x/prog", ADVICE_BASE,
                                         ADVICE_BASE + 0x100000, ADVICE_BASE);

    r->build_id_length = 3;
    memcpy(r->build_id, "\xab\x01\xff", 3);
    maker_argument(m, "prog");
    (void) maker_thread(m, 1, "prog");
    return m;
}


/* a site called from main by way of `caller`; offsets in the module */
uint32_t
advice_site(maker_t *m, uint64_t caller, uint64_t leaf)
{
    uint32_t node = maker_frame(m, 0, ADVICE_BASE + 0x100);

    node = maker_frame(m, node, ADVICE_BASE + caller);
    return maker_site(m, maker_frame(m, node, ADVICE_BASE + leaf));
}


/* takes m over */
np_profile_t *
advice_load(maker_t *m)
{
    static char   advice_file[] = "/tmp/advice_profiles.XXXXXX";
    char          err[NP_PROFILE_ERROR];
    np_profile_t *p;
    int           fd;

    (void) strcpy(advice_file + strlen(advice_file) - 6, "XXXXXX");
    fd = mkstemp(advice_file);
    ck_assert_int_ge(fd, 0);
    close(fd);
    maker_tick(m, 1000, 8 << 20, 4 << 20, 0);
    ck_assert_int_eq(maker_write(m, advice_file), 0);
    maker_destroy(m);
    p = np_profile_load(advice_file, err);
    unlink(advice_file);
    ck_assert_msg(p != NULL, "%s", err);
    return p;
}


/* n objects that die in batches */
void
advice_batches(maker_t *m, uint32_t site, unsigned batches, unsigned n,
               uint64_t clock)
{
    const maker_life_t life = {clock, 2, 0, 0, 1};

    for (unsigned i = 0; i < batches; i++) {
        maker_alloc(m, site, 0, 100, n);
        maker_free(m, site, 0, 100, n, &life);
    }
}


void
advice_scratch(maker_t *m, uint32_t site, uint64_t size)
{
    for (unsigned i = 0; i < 300; i++) {
        const maker_life_t life = {size, 0, 0, 1, 1};

        maker_alloc(m, site, 0, size, 1);
        maker_free(m, site, 0, size, 1, &life);
    }
}
