/*
 * np_intern and np_rule: stacks with the same addresses are one site, others
 * are not; stacks share the nodes of their outer frames; tables grow, and say
 * so when they cannot; threads that come with the same stack get one site.
 */

#include "config.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <string.h>

#include "profiler_fixture.h"
#include "os/np_mem.h"
#include "profile/np_arena.h"
#include "profile/np_image.h"
#include "profile/np_intern.h"
#include "profile/np_module.h"
#include "profile/np_rule.h"
#include "profile/np_stack.h"
#include "profile/np_unwind.h"

#define CHECK_STACKS 20000
#define CHECK_DEPTH  12

static uintptr_t check_ip[CHECK_STACKS][CHECK_DEPTH];
static uint32_t  check_sites[4][CHECK_STACKS];
static uintptr_t check_code;


/* the site of the stack, as the profiler finds it: looked up by a hash of its
 * addresses, or made */
static uint32_t
check_find(const uintptr_t *ip, unsigned n, unsigned generation)
{
    uint64_t hash = 14695981039346656037u;
    uint32_t site;
    unsigned i;

    for (i = 0; i < n; i++) {
        hash = (hash ^ ip[i]) * 1099511628211u;
        hash ^= hash >> 29;
    }

    site = np_intern_find(hash, generation);

    return site != 0 ? site : np_intern_add(hash, ip, n, generation);
}


static void
check_setup(void)
{
    unsigned i;

    check_folder_setup();
    check_image(0, 0);
    np_lock(&np_profile_lock);

    for (i = 1; i < NP_SITE_FIRST; i++) {
        ck_assert_ptr_nonnull(np_image_append_locked(NP_TABLE_SITES));
    }

    ck_assert_int_eq(np_intern_init_locked(), 0);
    ck_assert_int_eq(np_intern_init_locked(), 0);
    ck_assert_int_eq(np_rule_init_locked(), 0);
    np_unlock(&np_profile_lock);
    np_module_look();
    check_code = (uintptr_t) check_setup;
}


/* stack i: the digits of i, so that stacks share outer frames */
static unsigned
check_make(unsigned i, uintptr_t *ip)
{
    unsigned n, k, digits[CHECK_DEPTH];

    for (n = 0; n < 6; n++) {
        digits[n] = i % 7;
        i /= 7;
    }

    /* innermost first: the last digit is the innermost */
    for (k = 0; k < n; k++) {
        ip[k] = check_code + digits[k] + 16 * k;
    }

    return n;
}


/* the addresses of a site, innermost first */
static unsigned
check_read(uint32_t site, uintptr_t *ip, unsigned *generation)
{
    const np_format_node_t *node;
    uint32_t                at = check_site(site)->node;
    unsigned                n = 0;

    while (at != 0) {
        node = np_image_record(NP_TABLE_NODES, at);
        ck_assert_uint_lt(node->parent, at);
        ip[n++] = node->address
                  | (node->generation & NP_NODE_EXACT ? NP_UNWIND_EXACT : 0);
        *generation = node->generation >> 1;
        at = node->parent;
    }

    return n;
}


START_TEST(a_site_is_its_addresses)
{
    np_format_header_t *h = np_image.header;
    uintptr_t           ip[CHECK_DEPTH];
    unsigned            i, n, generation;
    uint32_t            site;

    for (i = 0; i < CHECK_STACKS; i++) {
        n = check_make(i, check_ip[i]);
        site = check_find(check_ip[i], n, 0);
        ck_assert_uint_eq(site, NP_SITE_FIRST + i);
        check_sites[0][i] = site;
    }

    ck_assert_uint_eq(h->table[NP_TABLE_SITES].used,
                      NP_SITE_FIRST + CHECK_STACKS);
    /* all of the outermost five digits are shared */
    ck_assert_uint_le(h->table[NP_TABLE_NODES].used,
                      1 + CHECK_STACKS + CHECK_STACKS / 7 + CHECK_STACKS / 49
                          + 200);

    for (i = 0; i < CHECK_STACKS; i++) {
        ck_assert_uint_eq(check_find(check_ip[i], n, 0), check_sites[0][i]);
        ck_assert_uint_eq(check_read(check_sites[0][i], ip, &generation), n);
        ck_assert_mem_eq(ip, check_ip[i], n * sizeof(ip[0]));
        ck_assert_uint_eq(generation, 0);
    }

    /* a part of a stack is another one */
    site = check_find(check_ip[0], 3, 0);
    ck_assert_uint_eq(site, NP_SITE_FIRST + CHECK_STACKS);
}
END_TEST


START_TEST(generations_and_exact_places_are_told_apart)
{
    uintptr_t ip[3] = {check_code, check_code + 1, check_code + 2};
    uintptr_t back[3];
    unsigned  generation;
    uint32_t  a, b, c;

    a = check_find(ip, 3, 0);
    b = check_find(ip, 3, 5);
    ip[1] |= NP_UNWIND_EXACT;
    c = check_find(ip, 3, 0);
    ck_assert(a != b && b != c && a != c);
    ck_assert_uint_eq(check_read(b, back, &generation), 3);
    ck_assert_uint_eq(generation, 5);
    ck_assert_uint_eq(check_read(c, back, &generation), 3);
    ck_assert_mem_eq(back, ip, sizeof(ip));
}
END_TEST


/* what was unloaded had nothing to do with the first stack, and leaves no more
 * of it; whatever comes to where the module was is another site */
START_TEST(stacks_outlive_other_modules)
{
    const np_format_table_t *table = np_image.header->table;
    uintptr_t                ip[CHECK_DEPTH], its[3];
    uint32_t                 site, other, sites, nodes;
    unsigned                 generation;
    void                    *lib;

    lib = dlopen("libresolv.so.2", RTLD_NOW | RTLD_LOCAL);
    ck_assert_ptr_nonnull(lib);
    ck_assert_uint_eq(check_make(5, ip) > 3, 1);
    memcpy(its, ip, sizeof(its));
    /* functions of it are libc's today */
    its[0] = (uintptr_t) ((struct link_map *) lib)->l_ld;
    site = check_find(ip, 3, 0);
    other = check_find(its, 3, 0);
    ck_assert_uint_ne(site, other);
    sites = table[NP_TABLE_SITES].used;
    nodes = table[NP_TABLE_NODES].used;
    ck_assert_int_eq(dlclose(lib), 0);
    np_module_unloaded();
    generation = np_module_generation();
    ck_assert_uint_eq(generation, 1);
    ck_assert_uint_eq(check_find(ip, 3, generation), site);
    ck_assert_uint_eq(table[NP_TABLE_SITES].used, sites);
    ck_assert_uint_eq(table[NP_TABLE_NODES].used, nodes);
    ck_assert_uint_ne(check_find(its, 3, generation), other);
    ck_assert_uint_eq(table[NP_TABLE_SITES].used, sites + 1);
}
END_TEST


static void *
check_run(void *arg)
{
    uint32_t *site = arg;
    unsigned  i, n;
    uintptr_t ip[CHECK_DEPTH];

    for (i = 0; i < CHECK_STACKS; i++) {
        n = check_make(i, ip);
        site[i] = check_find(ip, n, 0);
    }

    return NULL;
}


START_TEST(threads_get_the_same_sites)
{
    pthread_t t[4];
    unsigned  i;

    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(
            pthread_create(&t[i], NULL, check_run, check_sites[i]), 0);
    }

    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(t[i], NULL), 0);
        ck_assert_mem_eq(check_sites[i], check_sites[0],
                         sizeof(check_sites[0]));
    }

    ck_assert_uint_eq(np_image.header->table[NP_TABLE_SITES].used,
                      NP_SITE_FIRST + CHECK_STACKS);
}
END_TEST


START_TEST(without_room_all_is_one_site)
{
    unsigned  i, n = 0, overflows = 0;
    uintptr_t ip[CHECK_DEPTH];
    uint32_t  first;

    n = check_make(1, ip);
    first = check_find(ip, n, 0);
    np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);

    for (i = 0; i < CHECK_STACKS; i++) {
        n = check_make(i, ip);
        overflows += check_find(ip, n, 0) == NP_SITE_OVERFLOW;
    }

    ck_assert_uint_gt(overflows, CHECK_STACKS - 5000);
    n = check_make(1, ip);
    ck_assert_uint_eq(check_find(ip, n, 0), first);
    np_mem_fail(0, 0, 0);
    n = check_make(CHECK_STACKS - 1, ip);
    ck_assert_uint_eq(check_find(ip, n, 0), NP_SITE_OVERFLOW);
    np_image_retry_locked();
    ck_assert_uint_ge(check_find(ip, n, 0), NP_SITE_FIRST);
}
END_TEST


/* where the tables in memory cannot grow, a stack that finds no room there
 * leaves no records, however often it comes */
START_TEST(without_memory_nothing_is_appended)
{
    const np_format_table_t *table = np_image.header->table;
    unsigned                 i, k, n, overflows = 0;
    uintptr_t                ip[CHECK_DEPTH];
    uint32_t                 sites = 0, nodes = 0;

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    for (k = 0; k < 2; k++) {
        for (i = 0; i < CHECK_STACKS; i++) {
            n = check_make(i, ip);
            overflows += check_find(ip, n, 0) == NP_SITE_OVERFLOW;
        }

        if (k == 0) {
            sites = table[NP_TABLE_SITES].used;
            nodes = table[NP_TABLE_NODES].used;
        }
    }

    np_mem_fail(0, 0, 0);
    ck_assert_uint_gt(overflows, CHECK_STACKS);
    ck_assert_uint_eq(table[NP_TABLE_SITES].used, sites);
    ck_assert_uint_eq(table[NP_TABLE_NODES].used, nodes);
    ck_assert_uint_lt(nodes, 4096);
    ck_assert_uint_gt(table[NP_TABLE_SITES].lost + table[NP_TABLE_NODES].lost,
                      0);
}
END_TEST


START_TEST(modules_are_known_by_their_addresses)
{
    const np_format_module_t *m;
    uint32_t                  i, used, found = 0;
    void                     *lib;

    ck_assert_int_eq(np_module_knows(check_code), 1);
    ck_assert_int_eq(np_module_knows((uintptr_t) strlen), 1);
    ck_assert_int_eq(np_module_knows(1), 0);
    used = np_image.header->table[NP_TABLE_MODULES].used;

    for (i = 0; i < used; i++) {
        m = np_image_record(NP_TABLE_MODULES, i);
        ck_assert_uint_lt(m->start, m->end);
        ck_assert_uint_ge(m->start, m->bias);
        found += strstr(m->path, "libc.so") != NULL;
        ck_assert(strstr(m->path, "libc.so") == NULL
                  || m->build_id_length == 20);
    }

    ck_assert_uint_eq(found, 1);
    np_module_look();
    ck_assert_uint_eq(np_image.header->table[NP_TABLE_MODULES].used, used);

    /* nothing was unloaded */
    np_module_unloaded();
    ck_assert_uint_eq(np_module_generation(), 0);

    /* still there in the next generation */
    lib = dlopen("libresolv.so.2", RTLD_NOW | RTLD_LOCAL);
    ck_assert_ptr_nonnull(lib);
    ck_assert_int_eq(dlclose(lib), 0);
    np_module_unloaded();
    ck_assert_uint_eq(np_module_generation(), 1);
    ck_assert_int_eq(np_module_knows(check_code), 1);
    ck_assert_uint_eq(np_image.header->table[NP_TABLE_MODULES].used, used);
}
END_TEST


START_TEST(rules_are_learnt_once)
{
    np_frame_t f;
    np_rule_t  first, again;
    size_t     count;

    ck_assert_int_eq(np_unwind_load(), 0);
    f.sp = (uintptr_t) __builtin_frame_address(0);
    f.fp = f.sp;
    f.ip = (uintptr_t) __builtin_return_address(0);
    first = np_rule_find(&f, 0);
    count = np_rule_count();
    ck_assert_uint_eq(count, 1);
    again = np_rule_find(&f, 0);
    ck_assert_int_eq(memcmp(&first, &again, sizeof(first)), 0);
    ck_assert_uint_eq(np_rule_count(), 1);
    (void) np_rule_find(&f, 1);
    ck_assert_uint_eq(np_rule_count(), 2);
}
END_TEST


/* generations of which the key of a rule has room for the same */
START_TEST(rules_of_an_epoch_end_with_it)
{
    np_frame_t f;

    ck_assert_int_eq(np_unwind_load(), 0);
    f.sp = (uintptr_t) __builtin_frame_address(0);
    f.fp = f.sp;
    f.ip = (uintptr_t) __builtin_return_address(0);
    np_rule_begin(1);
    (void) np_rule_find(&f, 1);
    (void) np_rule_find(&f, 2);
    ck_assert_uint_eq(np_rule_count(), 2);
    np_rule_begin(65537);
    ck_assert_uint_eq(np_rule_count(), 0);
    (void) np_rule_find(&f, 65537);
    ck_assert_uint_eq(np_rule_count(), 1);

    /* one that is late */
    np_rule_begin(3);
    (void) np_rule_find(&f, 3);
    ck_assert_uint_eq(np_rule_count(), 1);
}
END_TEST


/* a stack of each generation is found by rules of its own */
START_TEST(stacks_begin_epochs)
{
    static np_stack_t s;

    size_t count;

    ck_assert_int_eq(np_unwind_load(), 0);
    np_stack_init(0, 0, 16);
    (void) np_stack_capture(&s, 0);
    count = np_rule_count();
    (void) np_stack_capture(&s, 1);
    ck_assert_uint_gt(np_rule_count(), count);
    (void) np_stack_capture(&s, 65536);
    ck_assert_uint_le(np_rule_count(), count);
}
END_TEST


/* rules of generations that are gone make room when the table is full */
START_TEST(rules_of_the_past_make_room)
{
    np_frame_t f;
    uintptr_t  code = (uintptr_t) dlsym(RTLD_DEFAULT, "qsort");
    unsigned   i, generation;
    size_t     count = 0, own = 0;

    ck_assert_int_eq(np_unwind_load(), 0);
    f.sp = (uintptr_t) __builtin_frame_address(0);
    f.fp = f.sp;
    f.ip = code;

    /* as many as it has room for, and more */
    for (generation = 0; generation < 300; generation++) {
        for (i = 0; i < 512; i++) {
            f.ip = code + i;
            (void) np_rule_find(&f, generation);
        }

        count += 512;
        ck_assert_uint_le(np_rule_count(), count);
        own = generation == 20 ? np_arena_bytes() : own;
    }

    /* in tables that are used by turns */
    ck_assert_uint_eq(np_arena_bytes(), own);

    /* of the last one all are there, and there is room for one more */
    f.ip = code + 512;
    (void) np_rule_find(&f, generation - 1);
    count = np_rule_count();
    ck_assert_uint_ge(count, 513);

    for (i = 0; i <= 512; i++) {
        f.ip = code + i;
        (void) np_rule_find(&f, generation - 1);
    }

    ck_assert_uint_eq(np_rule_count(), count);
    (void) np_rule_find(&f, generation);
    ck_assert_uint_ne(np_rule_count(), count);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_intern");
    TCase *t = tcase_create("sites");

    tcase_add_checked_fixture(t, check_setup, check_folder_teardown);
    tcase_add_test(t, a_site_is_its_addresses);
    tcase_add_test(t, generations_and_exact_places_are_told_apart);
    tcase_add_test(t, stacks_outlive_other_modules);
    tcase_add_test(t, threads_get_the_same_sites);
    tcase_add_test(t, without_room_all_is_one_site);
    tcase_add_test(t, without_memory_nothing_is_appended);
    tcase_add_test(t, modules_are_known_by_their_addresses);
    tcase_add_test(t, rules_are_learnt_once);
    tcase_add_test(t, rules_of_an_epoch_end_with_it);
    tcase_add_test(t, stacks_begin_epochs);
    tcase_add_test(t, rules_of_the_past_make_room);
    suite_add_tcase(s, t);

    return s;
}
