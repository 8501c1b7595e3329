#ifndef SAMPLE_CODE_H
#define SAMPLE_CODE_H

/*
 * Call stacks through real code: functions of this program, inlined ones
 * among them, recursion, and libc's qsort() calling back.  Frames are return
 * addresses, leaf first; the outermost is sample_main().
 */

#define SAMPLE_FRAMES 48

typedef enum {
    SAMPLE_PARSE = 0, /* sample_main sample_serve sample_parse sample_copy */
    SAMPLE_CACHE,     /* sample_main sample_serve sample_cache */
    SAMPLE_SORT,      /* sample_main, libc, sample_compare */
    SAMPLE_TREE,      /* sample_main and six times sample_tree */
    SAMPLE_STACKS
} sample_stack_e;

typedef struct {
    void    *frame[SAMPLE_FRAMES];
    unsigned n;
} sample_stack_t;

void sample_main(sample_stack_t stack[SAMPLE_STACKS]);

/* a function whose symbol is SAMPLE_HOSTILE; not to be called */
extern const char sample_hostile[];

#define SAMPLE_HOSTILE "<script>alert(1)</script>"

/* a function of C++ by its symbol, of six namespaces of fifty letters each,
 * two bytes a letter; not to be called */
#define SAMPLE_E10 "\303\251\303\251\303\251\303\251\303\251"
#define SAMPLE_E100                                                           \
    SAMPLE_E10 SAMPLE_E10 SAMPLE_E10 SAMPLE_E10 SAMPLE_E10 SAMPLE_E10         \
        SAMPLE_E10 SAMPLE_E10 SAMPLE_E10 SAMPLE_E10
void sample_long(void) __asm__("_ZN100" SAMPLE_E100 "100" SAMPLE_E100
                               "100" SAMPLE_E100 "100" SAMPLE_E100
                               "100" SAMPLE_E100 "100" SAMPLE_E100 "4pushEv");

#endif
