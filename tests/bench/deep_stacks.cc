/*
 * deep_stacks ROUNDS: two threads that make strings, maps and vectors in call
 * stacks of 40 and more frames of C++, and read what they made, for profilers.
 */

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace
{

/* FNV-1a, a few times over: who makes a string reads it, too */
long
hash(const std::string &s)
{
    unsigned h = 2166136261u;

    for (int i = 0; i < 4; i++) {
        for (char c : s) {
            h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
        }
    }

    return static_cast<long>(h % 1000);
}


struct Expression {
    virtual ~Expression() = default;
    virtual long evaluate(int depth) = 0;
};


struct Leaf : Expression {
    long
    evaluate(int depth) override
    {
        std::map<int, std::string> names;

        for (int i = 0; i < 4; i++) {
            names[i * depth % 7]
                = std::string(static_cast<size_t>(24 + i), 'a');
        }

        long sum = static_cast<long>(names.size());

        for (const auto &name : names) {
            sum += hash(name.second);
        }

        return sum;
    }
};


struct Three : Expression {
    explicit Three(std::unique_ptr<Expression> of) : part(std::move(of))
    {
    }

    long
    evaluate(int depth) override
    {
        std::vector<long> values;

        for (int i = 0; i < 3; i++) {
            values.push_back(part->evaluate(depth + 1));
        }

        return values[0] + values[1] + values[2];
    }

    std::unique_ptr<Expression> part;
};


__attribute__((noinline)) long
nest(int depth, int left, Expression &e)
{
    std::string name(static_cast<size_t>(20 + depth), 'x');
    long n = left == 0 ? e.evaluate(depth) : nest(depth + 1, left - 1, e);

    return n + hash(name);
}


void
work(int rounds, int k, long *total)
{
    for (int i = 0; i < rounds; i++) {
        std::unique_ptr<Expression> e = std::make_unique<Leaf>();

        for (int n = 0; n < 3; n++) {
            e = std::make_unique<Three>(std::move(e));
        }

        *total += nest(k, 40 + i % 3, *e);
    }
}

} // namespace


int
main(int argc, char **argv)
{
    int  rounds = argc > 1 ? std::atoi(argv[1]) : 1000;
    long total[2] = {0, 0};

    std::thread a(work, rounds, 0, &total[0]);
    std::thread b(work, rounds, 1, &total[1]);
    a.join();
    b.join();
    std::printf("%ld\n", total[0] + total[1]);

    return 0;
}
