/*
 * make_profile [--rich] [--interval BYTES] [--damage NAME] [--coded CODED]
 *              FILE
 *
 * Writes a profile of sample_profile.h for scripts that test readers of it;
 * --rich with this program's own code, so that symbols resolve while its file
 * is there; and CODED, the same as `ngxpool run` leaves it.  --damages lists
 * the names of damages, one a line.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_damage.h"
#include "report/np_pack.h"
#include "sample_profile.h"


static int
make_usage(void)
{
    (void) fputs("usage: make_profile [--rich] [--interval BYTES] "
                 "[--damage NAME] [--coded CODED] FILE\n"
                 "       make_profile --damages\n",
                 stderr);
    return 2;
}


static int
make_list(void)
{
    for (const profile_damage_t *d = profile_damages; d->name != NULL; d++) {
        (void) puts(d->name);
    }
    return 0;
}


static const profile_damage_t *
make_find(const char *name)
{
    for (const profile_damage_t *d = profile_damages; d->name != NULL; d++) {
        if (strcmp(d->name, name) == 0) {
            return d;
        }
    }
    return NULL;
}


static int
make_write(maker_t *m, const profile_damage_t *d, const char *path)
{
    size_t         size;
    unsigned char *image = maker_image(m, &size);
    FILE          *f = fopen(path, "we");
    int            ok = f != NULL;

    if (d != NULL) {
        d->harm(image, &size);
    }
    ok = ok && fwrite(image, 1, size, f) == size;
    ok = f != NULL && fclose(f) == 0 && ok;
    free(image);
    return ok ? 0 : 1;
}


/* the profile in path, coded */
static int
make_coded(const char *coded, const char *path)
{
    FILE *f = fopen(coded, "we");
    int   rc;

    if (f == NULL) {
        return 1;
    }
    rc = np_pack(f, path, 1);
    return fclose(f) == 0 && rc == 0 ? 0 : 1;
}


int
main(int argc, char **argv)
{
    const char             *coded = NULL;
    const profile_damage_t *damage = NULL;
    uint64_t                interval = 0;
    maker_t                *m;
    int                     i, rich = 0, rc;

    for (i = 1; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--damages") == 0) {
            return make_list();
        }
        if (strcmp(argv[i], "--rich") == 0) {
            rich = 1;
        } else if (strcmp(argv[i], "--interval") == 0 && i + 1 < argc) {
            interval = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--coded") == 0 && i + 1 < argc) {
            coded = argv[++i];
        } else if (strcmp(argv[i], "--damage") == 0 && i + 1 < argc) {
            damage = make_find(argv[++i]);
            if (damage == NULL) {
                return make_usage();
            }
        } else {
            return make_usage();
        }
    }
    if (argc - i != 1) {
        return make_usage();
    }
    m = rich ? sample_rich(interval) : sample_plain(interval);
    rc = make_write(m, damage, argv[i]);
    maker_destroy(m);
    if (rc == 0 && coded != NULL) {
        rc = make_coded(coded, argv[i]);
    }
    if (rc != 0) {
        (void) fprintf(stderr, "make_profile: %s: %m\n", argv[i]);
    }
    return rc;
}
