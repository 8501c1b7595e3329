/*
 * Binary trees: one large tree lives through the whole run while small ones
 * are built, walked and torn down beside it, each node an object of its own.
 *
 * Pattern: GCBench of Ellis, Kovac and Boehm, known as binary-trees in the
 * Computer Language Benchmarks Game.
 *
 *     trees [DEPTH [NODES]]
 *
 * DEPTH of the long-lived tree; NODES of all short-lived ones of each depth.
 */

#include "bench.h"

#define SHORT_MIN 4
#define SHORT_MAX 16

typedef struct tree_s tree_t;

struct tree_s {
    tree_t  *left;
    tree_t  *right;
    uint64_t value;
};


static tree_t *
build(size_t depth)
{
    tree_t *t = np_bench_keep(malloc(sizeof(tree_t)));

    if (t == NULL) {
        np_bench_fail("out of memory");
    }
    t->left = depth > 0 ? build(depth - 1) : NULL;
    t->right = depth > 0 ? build(depth - 1) : NULL;
    t->value = depth;

    return t;
}


static uint64_t
sum(const tree_t *t)
{
    return t == NULL ? 0 : t->value + sum(t->left) + sum(t->right);
}


static void
tear_down(tree_t *t)
{
    if (t != NULL) {
        tear_down(t->left);
        tear_down(t->right);
        free(t);
    }
}


int
main(int argc, char **argv)
{
    size_t depth = np_bench_arg(argc, argv, 1, "DEPTH", 20, 1, 30);
    size_t nodes = np_bench_arg(argc, argv, 2, "NODES", 2000000, 1, SIZE_MAX);
    size_t d, i;
    uint64_t total = 0;
    tree_t  *t, *old = build(depth);

    for (d = SHORT_MIN; d <= SHORT_MAX; d += 2) {
        for (i = 0; i < nodes >> (d + 1); i++) {
            t = build(d);
            total += sum(t);
            tear_down(t);
        }
    }
    total += sum(old);
    tear_down(old);
    printf("trees %zu %zu %llu\n", depth, nodes, (unsigned long long) total);

    return 0;
}
