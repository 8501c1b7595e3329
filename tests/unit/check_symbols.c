/*
 * Names of addresses: of this program's own functions, inlined ones among
 * them; by build-id, in other roots, from separate files; and what is said
 * when there are none.
 */
#include "config.h"

#include "report/np_symbols.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_suite.h"
#include "export_samples.h"
#include "profile_maker.h"
#include "report/np_callstack.h"
#include "sample_code.h"
#include "sample_profile.h"

static char check_folder[] = "/tmp/np-symbols-XXXXXX";


static const np_site_t *
site(const np_profile_t *p, uint32_t id)
{
    for (unsigned i = 0; i < p->nsites; i++) {
        if (p->site[i].id == id) {
            return &p->site[i];
        }
    }
    ck_abort_msg("no site %u", id);
    return NULL;
}


static const np_symbol_t *
named(const np_callstack_t *f, const char *function)
{
    for (unsigned i = 0; i < f->n; i++) {
        if (strcmp(f->v[i].symbol->function, function) == 0) {
            return f->v[i].symbol;
        }
    }
    ck_abort_msg("no frame %s", function);
    return NULL;
}


START_TEST(test_own_functions)
{
    export_sample_t    s;
    np_callstack_t     f;
    const np_symbol_t *copy, *parse, *serve;
    char               buf[200];

    export_sample_open(&s, sample_rich(0));
    memset(&f, 0, sizeof(f));
    ck_assert_int_eq(
        np_callstack_of(&f, s.symbols, site(s.profile, NP_SITE_FIRST + 1)), 0);
    copy = named(&f, "sample_copy");
    parse = named(&f, "sample_parse");
    serve = named(&f, "sample_serve");
    ck_assert_ptr_eq(copy + 1, parse);
    ck_assert_int_eq(copy->inlined, 1);
    ck_assert_int_eq(parse->inlined, 0);
    ck_assert_int_eq(parse->known, 1);
    ck_assert_str_eq(parse->linkage, "sample_parse");
    ck_assert_ptr_nonnull(strstr(copy->file, "sample_code.c"));
    ck_assert_uint_gt(copy->line, 0);
    /* in the order of the source */
    ck_assert_uint_lt(copy->line, parse->line);
    ck_assert_uint_lt(parse->line, serve->line);
    snprintf(buf, sizeof(buf), "sample_parse (sample_code.c:%u)", parse->line);
    {
        char text[200];

        ck_assert_str_eq(np_symbol_text(parse, text, sizeof(text)), buf);
    }
    np_callstack_free(&f);
    export_sample_close(&s);
}
END_TEST


/* each place is looked up once, and a name is one string */
START_TEST(test_cache)
{
    export_sample_t s;
    unsigned        trees = 0;
    const char     *tree = NULL;

    export_sample_open(&s, sample_rich(0));
    for (uint32_t i = 0; i < s.profile->nplaces; i++) {
        const np_symbols_at_t *at = np_symbols_at(s.symbols, i);

        ck_assert_ptr_eq(at, np_symbols_at(s.symbols, i));
        ck_assert_uint_ge(at->n, 1);
        for (unsigned k = 0; k < at->n; k++) {
            if (strcmp(at->frame[k].function, "sample_tree") == 0) {
                ck_assert(tree == NULL || tree == at->frame[k].function);
                tree = at->frame[k].function;
                trees++;
            }
        }
    }
    ck_assert_uint_eq(trees, 2);
    ck_assert_str_eq(
        np_symbols_at(s.symbols, s.profile->nplaces)->frame->function, "?");
    export_sample_close(&s);
}
END_TEST


/* a function that has a symbol but no debug information, and a name of evil */
START_TEST(test_symbol_table)
{
    export_sample_t        s;
    const np_site_t       *hostile;
    const np_symbols_at_t *at;

    export_sample_open(&s, sample_rich(0));
    hostile = site(s.profile, NP_SITE_FIRST + 4);
    at = np_symbols_at(s.symbols, hostile->stack[0]);
    ck_assert_str_eq(at->frame->function, SAMPLE_HOSTILE);
    ck_assert_ptr_null(at->frame->file);
    ck_assert_int_eq(at->frame->known, 1);
    export_sample_close(&s);
}
END_TEST


/* a profile of one frame, at the address of a function of this program; its
 * module has another path and, unless it is NULL, another build-id */
static maker_t *
one_frame(const char *path, const char *id, uint64_t address)
{
    maker_t       *m = maker_create(0), *own = maker_create(0);
    size_t         n;
    unsigned char *image;

    maker_own_modules(own);
    image = maker_image(own, &n);
    {
        np_format_header_t *h = (np_format_header_t *) image;
        np_format_module_t *first
            = (np_format_module_t *) (image
                                      + h->table[NP_TABLE_MODULES].offset);
        np_format_module_t *r
            = maker_module(m, path != NULL ? path : first->path, first->start,
                           first->end, first->bias);

        ck_assert_uint_gt(first->build_id_length, 0);
        r->build_id_length = first->build_id_length;
        memcpy(r->build_id, first->build_id, sizeof(r->build_id));
        if (id != NULL) {
            memcpy(r->build_id, id, 4);
        }
    }
    free(image);
    maker_destroy(own);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, address)), 0, 1, 1);
    return m;
}


static uint64_t
own_address(void)
{
    return (uint64_t) (uintptr_t) sample_hostile + 8;
}


/* the name of the only frame, for free(); what was warned in *warned */
static char *
name_of(maker_t *m, const np_symbols_options_t *options, char **warned)
{
    np_symbols_options_t o = {NULL, NULL, 0, NULL};
    export_sample_t      s;
    np_symbols_t        *y;
    char                *name, *text = NULL;
    size_t               size;

    if (options != NULL) {
        o = *options;
    }
    o.warnings = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(o.warnings);
    export_sample_open(&s, m);
    y = np_symbols_open(s.profile, &o);
    ck_assert_ptr_nonnull(y);
    ck_assert_uint_eq(s.profile->nplaces, 1);
    name = strdup(np_symbols_at(y, 0)->frame->function);
    np_symbols_free(y);
    export_sample_close(&s);
    ck_assert_int_eq(fclose(o.warnings), 0);
    *warned = text;
    return name;
}


static void
own_path(char *buf, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", buf, size - 1);

    ck_assert_int_gt(n, 0);
    buf[n] = '\0';
}


/* the file is another one now: its names would be wrong, and one line is said
 * of it */
START_TEST(test_build_id_differs)
{
    char *warned, *name;

    name = name_of(one_frame(NULL, "abc", own_address()), NULL, &warned);
    ck_assert_ptr_nonnull(strstr(name, "check_symbols+0x"));
    ck_assert_ptr_null(strstr(name, "near"));
    ck_assert_ptr_nonnull(strstr(warned, "is not the file that ran"));
    ck_assert_int_eq(check_lines(warned), 1);
    free(name);
    free(warned);
    name = name_of(one_frame(NULL, NULL, own_address()), NULL, &warned);
    ck_assert_str_eq(name, SAMPLE_HOSTILE);
    ck_assert_str_eq(warned, "");
    free(name);
    free(warned);
}
END_TEST


START_TEST(test_no_file)
{
    char *warned, *name;

    name = name_of(one_frame("/no/such/\033[1mlib.so", NULL, own_address()),
                   NULL, &warned);
    ck_assert_ptr_nonnull(strstr(name, "?[1mlib.so+0x"));
    ck_assert_str_eq(warned, "");
    free(name);
    free(warned);
    name = name_of(one_frame("relative", NULL, 0x10), NULL, &warned);
    ck_assert_str_eq(name, "0xf");
    free(name);
    free(warned);
}
END_TEST


/* behind the end of a function: the nearest symbol is told as such */
START_TEST(test_near)
{
    extern char _fini[];
    char       *warned, *name;

    name = name_of(one_frame(NULL, NULL, (uint64_t) (uintptr_t) _fini + 4),
                   NULL, &warned);
    ck_assert_ptr_nonnull(strstr(name, "check_symbols+0x"));
    ck_assert_ptr_nonnull(strstr(name, " (near _fini)"));
    free(name);
    free(warned);
}
END_TEST


/* FOLDER/PATH becomes a link to this program */
static void
link_own(const char *path)
{
    char own[4096], name[4200], *slash;

    own_path(own, sizeof(own));
    snprintf(name, sizeof(name), "%s/%s", check_folder, path);
    for (slash = name + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        ck_assert(mkdir(name, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    ck_assert_int_eq(symlink(own, name), 0);
}


START_TEST(test_sysroot)
{
    np_symbols_options_t o = {check_folder, NULL, 0, NULL};
    char                *warned, *name;

    ck_assert_ptr_nonnull(mkdtemp(check_folder));
    link_own("opt/other/program");
    name = name_of(one_frame("/opt/other/program", NULL, own_address()), &o,
                   &warned);
    ck_assert_str_eq(name, SAMPLE_HOSTILE);
    free(name);
    free(warned);
}
END_TEST


/* only the separate file is there: it is found by build-id */
START_TEST(test_separate_file)
{
    np_symbols_options_t o = {NULL, check_folder, 0, NULL};
    export_sample_t      s;
    char                *warned, *name, path[200], *at;
    const np_module_t   *m;

    ck_assert_ptr_nonnull(mkdtemp(check_folder));
    export_sample_open(&s, one_frame("/gone", NULL, own_address()));
    m = &s.profile->module[0];
    at = path + sprintf(path, ".build-id/%02x/", m->build_id[0]);
    for (unsigned i = 1; i < m->build_id_length; i++) {
        at += sprintf(at, "%02x", m->build_id[i]);
    }
    strcpy(at, ".debug");
    link_own(path);
    export_sample_close(&s);
    name = name_of(one_frame("/gone", NULL, own_address()), &o, &warned);
    ck_assert_str_eq(name, SAMPLE_HOSTILE);
    free(name);
    free(warned);
}
END_TEST


/* some compilers leave the list of units by address out */
START_TEST(test_no_list_of_units)
{
    np_symbols_options_t o = {check_folder, NULL, 0, NULL};
    export_sample_t      s;
    np_symbols_t        *y;
    const np_symbol_t   *f;
    char                 own[4096], command[9000];

    ck_assert_ptr_nonnull(mkdtemp(check_folder));
    own_path(own, sizeof(own));
    snprintf(command, sizeof(command),
             "${OBJCOPY:-objcopy} --remove-section=.debug_aranges '%s' "
             "'%s/program'",
             own, check_folder);
    ck_assert_int_eq(system(command), 0);
    export_sample_open(&s, one_frame("/program", NULL,
                                     (uint64_t) (uintptr_t) sample_main + 8));
    y = np_symbols_open(s.profile, &o);
    ck_assert_ptr_nonnull(y);
    f = np_symbols_at(y, 0)->frame;
    ck_assert_str_eq(f->function, "sample_main");
    ck_assert_ptr_nonnull(f->file);
    ck_assert_ptr_nonnull(strstr(f->file, "sample_code.c"));
    ck_assert_uint_gt(f->line, 0);
    np_symbols_free(y);
    export_sample_close(&s);
}
END_TEST


static void
remove_folder(void)
{
    char command[200];

    if (strchr(check_folder, 'X') == NULL) {
        snprintf(command, sizeof(command), "rm -rf %s", check_folder);
        ck_assert_int_eq(system(command), 0);
    }
}


START_TEST(test_wrappers)
{
    static const struct {
        const char *name;
        int         wrapper;
    } f[] = {
        {"malloc", 1},
        {"operator new(unsigned long)", 1},
        {"operator new[](unsigned long, std::nothrow_t const&)", 1},
        {"g_malloc0_n", 1},
        {"xmalloc", 1},
        {"ngx_pcalloc", 1},
        {"ngx_http_create_request", 0},
        {"std::vector<int, std::allocator<int> >::reserve(unsigned long)", 1},
        {"alloc::raw_vec::finish_grow", 1},
        {"<alloc::string::String as core::fmt::Write>::write_str", 1},
        {"<u8 as alloc::vec::spec_from_elem::SpecFromElem>::from_elem", 1},
        {"<[T] as alloc::slice::hack::ConvertVec>::to_vec", 1},
        {"<alloc::vec::Vec<T,A>>::push", 1},
        {"<&mut alloc::string::String as core::fmt::Write>::write_str", 1},
        {"<&mut parser::Node as core::fmt::Write>::write_str", 0},
        {"<parser::Node as core::clone::Clone>::clone", 0},
        {"<alloc::vec::Vec<u8> as parser::Sink>::put", 0},
        {"<u8 as parser::Sink>::put", 0},
        {"__cxa_allocate_exception", 1},
        {"__cxa_allocate_dependent_exception", 1},
        {"__cxa_throw", 0},
        {"main", 0},
        {"mallocate", 0},
        {"parse(std::string const&)", 0},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        np_symbol_t s = {.function = f[i].name, .known = 1};

        ck_assert_msg(np_symbol_is_wrapper(&s) == f[i].wrapper, "%s",
                      f[i].name);
        s.known = 0;
        ck_assert_int_eq(np_symbol_is_wrapper(&s), 0);
        s.passes = 1;
        ck_assert_int_eq(np_symbol_is_wrapper(&s), 1);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("symbols");
    TCase *t = tcase_create("names");

    tcase_add_checked_fixture(t, NULL, remove_folder);
    tcase_add_test(t, test_own_functions);
    tcase_add_test(t, test_cache);
    tcase_add_test(t, test_symbol_table);
    tcase_add_test(t, test_build_id_differs);
    tcase_add_test(t, test_no_file);
    tcase_add_test(t, test_near);
    tcase_add_test(t, test_sysroot);
    tcase_add_test(t, test_separate_file);
    tcase_add_test(t, test_no_list_of_units);
    tcase_add_test(t, test_wrappers);
    suite_add_tcase(s, t);

    return s;
}
