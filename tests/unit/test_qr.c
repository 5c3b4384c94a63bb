/*
 * Tests of view/qr.c: the shape of a code: its size, its finder patterns, and nothing in the quiet
 * zone. That other programs read it is tested with the site.
 */
#include "view/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIDE 185 /* of the largest code and its quiet zone */

struct picture {
    bool dark[SIDE][SIDE];
    int size;
};

/* Paints path data of our own kind: M x y.5, then m dx dy h n: each line from where the last one
 * ended.
 */
static void paint(struct picture *picture, const char *path)
{
    int x, y, dx, dy, right, used = 0;

    assert_int_equal(sscanf(path, "M%d %d.5%n", &x, &y, &used), 2);
    for (path += used; *path; path += used) {
        used = 0;
        assert_int_equal(sscanf(path, "m%d %dh%d%n", &dx, &dy, &right, &used), 3);
        assert_true(used > 0 && right > 0);
        x += dx;
        y += dy;
        assert_true(x >= 0 && y >= 0 && y < SIDE && x + right <= SIDE);
        for (int i = 0; i < right; i++) {
            assert_false(picture->dark[y][x + i]);
            picture->dark[y][x + i] = true;
        }
        x += right;
    }
}

static void make(struct picture *picture, const char *text)
{
    struct buffer path = BUFFER_INIT;

    *picture = (struct picture){.size = 0};
    assert_int_equal(qr_path(&path, text, &picture->size), ERR_NONE);
    paint(picture, buffer_text(&path));
    buffer_free(&path);
}

static void assert_finder(const struct picture *picture, int left, int top)
{
    for (int y = 0; y < 7; y++) {
        for (int x = 0; x < 7; x++) {
            int ring = x < y ? x : y;

            ring = 6 - x < ring ? 6 - x : ring;
            ring = 6 - y < ring ? 6 - y : ring;
            assert_int_equal(picture->dark[top + y][left + x], ring != 1);
        }
    }
}

static void test_refused(void **state)
{
    struct buffer path = BUFFER_INIT;
    char text[2400];
    int size = 7;

    (void)state;
    assert_int_equal(qr_path(&path, "", &size), ERR_INVALID);
    memset(text, 'a', sizeof text);
    text[2332] = '\0';
    assert_int_equal(qr_path(&path, text, &size), ERR_LIMIT);
    assert_int_equal(path.len, 0);
    text[2331] = '\0';
    assert_int_equal(qr_path(&path, text, &size), ERR_NONE);
    assert_int_equal(size, SIDE);
    buffer_free(&path);
}

static void test_shape(void **state)
{
    static const struct {
        const char *text;
        int size; /* version 1 has 21 modules, each further one 4 more */
    } cases[] = {
        {"https://a.ru", 21 + 8},                                   /* 14 bytes fit at M */
        {"https://vhod.example/q/17", 25 + 8},                      /* 26 bytes */
        {"https://vhod.example/guide/setevoy-region-link", 33 + 8}, /* 62 bytes */
        {"https://дневник.рф/region/ru-alt", 29 + 8},               /* as bytes of UTF-8: 42 */
    };
    struct picture *picture = calloc(1, sizeof *picture);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int far;

        make(picture, cases[i].text);
        assert_int_equal(picture->size, cases[i].size);
        far = picture->size - 4 - 7;
        assert_finder(picture, 4, 4);
        assert_finder(picture, far, 4);
        assert_finder(picture, 4, far);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                bool inside = x >= 4 && y >= 4 && x < picture->size - 4 && y < picture->size - 4;

                assert_false(picture->dark[y][x] && !inside);
            }
        }
    }
    free(picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
