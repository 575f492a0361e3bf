/* What it does. */
int documented(int a);
int its_sibling(int a) __attribute__((format(printf, 1, 2)));

void lonely_free(struct lonely *a);

int lonely(int a); /* bad */

#define MACRO(x) other(x)

/* A struct with a member that is a function. */
struct s {
    int (*run)(int);
};

extern const struct s table[];

const char *pointer(const struct s *s, /* bad: and over two lines */
                    int (*callback)(void *));
