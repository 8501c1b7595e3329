/*
 * Names and lines of a library whose debug information is in a file apart, as
 * -gsplit-dwarf leaves it, and what is left of them without that file; and of
 * one in which a unit between others is not listed by address, as some
 * compilers leave it.  Made by the compiler at hand.
 */
#include "config.h"

#include "report/np_symbols.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "export_samples.h"
#include "profile_maker.h"

#define CK_BIAS 0x7fff00000000ull

static char ck_folder[] = "/tmp/np-debug-XXXXXX";

static const char ck_source[]
    = "extern int ck_get(int);\n"
      "static inline __attribute__((always_inline)) int ck_inner(int x)\n"
      "{\n"
      "    return ck_get(x + 1) + 2;\n"
      "}\n"
      "int ck_outer(int x)\n"
      "{\n"
      "    return ck_inner(x) + 3;\n"
      "}\n";


static int
ck_run(const char *format)
{
    char command[500];

    (void) snprintf(command, sizeof(command), format, ck_folder);
    return system(command);
}


/* ck_folder with x.c */
static void
ck_source_file(void)
{
    char  name[100];
    FILE *f;

    (void) strcpy(ck_folder + strlen(ck_folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(ck_folder));
    (void) snprintf(name, sizeof(name), "%s/x.c", ck_folder);
    f = fopen(name, "w");
    ck_assert_ptr_nonnull(f);
    (void) fputs(ck_source, f);
    ck_assert_int_eq(fclose(f), 0);
}


/* the library; 0: it cannot be made here */
static int
ck_make(void)
{
    ck_source_file();
    return ck_run("cd %s && env -u LD_PRELOAD ${CC:-cc} -g -gsplit-dwarf -O1 "
                  "-fPIC -c x.c -o x.o 2>log "
                  "&& env -u LD_PRELOAD ${CC:-cc} -shared -nostdlib x.o -o "
                  "x.so 2>log && test -s x.dwo")
               == 0
           && ck_run("cd %s && nm x.so | sed -n "
                     "'s/ T ck_outer$//p' >outer && test -s outer")
                  == 0;
}


/* likewise; x.o lies between two others, and no list has its addresses */
static int
ck_make_unlisted(void)
{
    ck_source_file();
    return ck_run("cd %s && echo 'int ck_w(int x) { return x + 4; }' >w.c "
                  "&& echo 'int ck_y(int x) { return x + 5; }' >y.c "
                  "&& env -u LD_PRELOAD ${CC:-cc} -g -O1 -fPIC -c w.c x.c y.c "
                  "2>log && env -u LD_PRELOAD objcopy "
                  "-R .debug_aranges -R .rela.debug_aranges x.o 2>log "
                  "&& env -u LD_PRELOAD ${CC:-cc} -shared -nostdlib "
                  "w.o x.o y.o -o x.so 2>log")
               == 0
           && ck_run("cd %s && nm x.so | sed -n "
                     "'s/ T ck_outer$//p' >outer && test -s outer")
                  == 0;
}


static uint64_t
ck_address(void)
{
    char               name[100];
    unsigned long long at;
    FILE              *f;

    (void) snprintf(name, sizeof(name), "%s/outer", ck_folder);
    f = fopen(name, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%llx", &at), 1);
    (void) fclose(f);
    return at;
}


/* each address of the function, until one of them has n frames */
static void
ck_frames(unsigned n, const char *first, const char *last)
{
    maker_t        *m = maker_create(0);
    uint64_t        at = ck_address();
    char            name[100];
    export_sample_t s;
    unsigned        found = 0;

    (void) snprintf(name, sizeof(name), "%s/x.so", ck_folder);
    (void) maker_module(m, name, CK_BIAS, CK_BIAS + 0x100000, CK_BIAS);
    for (unsigned i = 1; i < 12; i++) {
        maker_alloc(m, maker_site(m, maker_frame(m, 0, CK_BIAS + at + i)), 0,
                    1, 1);
    }
    export_sample_open(&s, m);
    for (uint32_t i = 0; i < s.profile->nplaces; i++) {
        const np_symbols_at_t *f = np_symbols_at(s.symbols, i);
        char                   text[200];

        if (f->n == n) {
            found++;
            (void) np_symbol_text(&f->frame[n - 1], text, sizeof(text));
            ck_assert_int_eq(strncmp(text, last, strlen(last)), 0);
            (void) np_symbol_text(&f->frame[0], text, sizeof(text));
            ck_assert_int_eq(strncmp(text, first, strlen(first)), 0);
        }
    }
    ck_assert_uint_gt(found, 0);
    export_sample_close(&s);
}


START_TEST(test_split)
{
    if (!ck_make()) {
        return;
    }
    ck_frames(2, "ck_inner (x.c:4)", "ck_outer (x.c:8)");
    /* without it the symbol table has the name, and the lines are there */
    ck_assert_int_eq(ck_run("rm %s/x.dwo"), 0);
    ck_frames(1, "ck_outer (x.c:", "ck_outer (x.c:");
}
END_TEST


/* the unit before it is not taken for the one that has the address */
START_TEST(test_unlisted)
{
    if (ck_make_unlisted()) {
        ck_frames(2, "ck_inner (x.c:4)", "ck_outer (x.c:8)");
    }
}
END_TEST


static void
ck_remove(void)
{
    ck_assert_int_eq(ck_run("rm -rf %s"), 0);
}


Suite *
check_suite(void)
{
    Suite *s = suite_create("debug");
    TCase *t = tcase_create("made");

    tcase_add_checked_fixture(t, NULL, ck_remove);
    tcase_add_test(t, test_split);
    tcase_add_test(t, test_unlisted);
    suite_add_tcase(s, t);

    return s;
}
