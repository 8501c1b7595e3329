/*
 * What the tests of the profiler share.
 */

#include "config.h"

#include "profiler_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/np_proc.h"
#include "profile/np_image.h"
#include "profile/np_tally.h"

static uint64_t check_seed = 1;


void
check_folder_setup(void)
{
    char name[] = "check_profile.XXXXXX";

    ck_assert_ptr_nonnull(mkdtemp(name));
    ck_assert_int_eq(chdir(name), 0);
}


void
check_folder_teardown(void)
{
    char           path[4096];
    const char    *name;
    struct dirent *e;
    DIR           *d = opendir(".");

    ck_assert_ptr_nonnull(getcwd(path, sizeof(path)));
    name = strrchr(path, '/') + 1;
    ck_assert_int_eq(strncmp(name, "check_profile.", 14), 0);

    while ((e = readdir(d)) != NULL) {
        (void) unlink(e->d_name);
    }

    closedir(d);
    ck_assert_int_eq(chdir(".."), 0);
    ck_assert_int_eq(rmdir(name), 0);
}


void
check_image(size_t interval, unsigned n)
{
    char     name[64];
    unsigned i;

    np_lock(&np_profile_lock);
    ck_assert_int_eq(np_image_create_locked("prof", name, sizeof(name)), 0);
    np_tally_init(interval);
    ck_assert_ptr_nonnull(np_image_append_locked(NP_TABLE_NODES));

    for (i = 0; i <= n; i++) {
        ck_assert_ptr_nonnull(np_image_append_locked(NP_TABLE_SITES));
    }

    np_unlock(&np_profile_lock);
}


np_format_site_t *
check_site(unsigned i)
{
    return np_image_record(NP_TABLE_SITES, i);
}


uint64_t
check_random(uint64_t n)
{
    check_seed = np_proc_mix(check_seed + 0x9e3779b97f4a7c15u);

    return check_seed % n;
}
