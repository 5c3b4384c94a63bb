/*
 * Tests of view/chart.c, view/tiles.c and pages/stats/view.c: places stay inside the picture
 * whatever the numbers, scales are round, levels are even, trends say what the numbers say.
 */
#include "pages/stats/view.h"
#include "view/chart.h"
#include "view/tiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double number(const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_number(value))
        fail_msg("%s is no number", field);
    return json_number_value(value);
}

static json_t *chart_of(json_t *rows, const char *mark)
{
    const struct chart_fields fields = {"value", mark, "date"};
    json_t *chart;

    assert_int_equal(chart_make(rows, &fields, &chart), ERR_NONE);
    json_decref(rows);
    return chart;
}

static json_t *row_of(json_int_t value, json_int_t mark)
{
    return json_pack("{s:I, s:I, s:s}", "value", value, "mark", mark, "date", "2026-11-21");
}

/* --- the chart --- */

static void no_rows_and_no_numbers_are_no_trouble(void **state)
{
    json_t *chart = chart_of(json_array(), NULL), *rows;

    (void)state;
    assert_int_equal(json_array_size(json_object_get(chart, "bars")), 0);
    assert_int_equal(json_array_size(json_object_get(chart, "lines")), 1);
    json_decref(chart);
    rows = json_pack("[{s:s}, {s:s, s:I}]", "date", "a", "date", "b", "value", (json_int_t)-5);
    chart = chart_of(rows, "mark");
    assert_int_equal(json_array_size(json_object_get(chart, "bars")), 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(number(json_array_get(json_object_get(chart, "bars"), i), "height") == 0);
    json_decref(chart);
}

static void scales_are_round_and_reach_every_number(void **state)
{
    static const struct {
        json_int_t most, step;
        size_t lines;
    } cases[] = {{0, 1, 1},         {1, 1, 1},         {4, 1, 4},
                 {5, 2, 3},         {8, 2, 4},         {9, 5, 2},
                 {20, 5, 4},        {21, 10, 3},       {11347, 5000, 3},
                 {40000, 10000, 4}, {40001, 20000, 3}, {9000000000000, 5000000000000, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int marked = 0; marked < 2; marked++) { /* the largest may be a mark */
            json_t *rows = json_array();
            json_t *chart, *lines;

            json_array_append_new(rows,
                                  row_of(marked ? 0 : cases[i].most, marked ? cases[i].most : 0));
            chart = chart_of(rows, "mark");
            lines = json_object_get(chart, "lines");
            if (json_array_size(lines) != cases[i].lines ||
                number(json_array_get(lines, 0), "value") != (double)cases[i].step)
                fail_msg("%lld: %zu lines", (long long)cases[i].most, json_array_size(lines));
            json_decref(chart);
        }
}

static void everything_is_inside_the_picture(void **state)
{
    (void)state;
    for (size_t count = 1; count < 400; count += count < 40 ? 1 : 37) {
        json_t *rows = json_array(), *bar, *chart;
        size_t i;
        double end = 0, base, height;

        for (i = 0; i < count; i++)
            json_array_append_new(rows, row_of((json_int_t)(i * i * 7919 % 100003), (json_int_t)i));
        chart = chart_of(rows, "mark");
        base = number(chart, "base");
        height = number(chart, "height");
        assert_true(base < height);
        assert_int_equal(json_array_size(json_object_get(chart, "bars")), count);
        assert_int_equal(json_array_size(json_object_get(chart, "marks")), count);
        json_array_foreach (json_object_get(chart, "bars"), i, bar) {
            assert_true(number(bar, "x") >= end - 0.011); /* one behind the other */
            end = number(bar, "x") + number(bar, "width");
            assert_true(end <= 100 && number(bar, "width") > 0);
            assert_true(number(bar, "y") >= 0 && number(bar, "height") >= 0);
            assert_true(number(bar, "y") + number(bar, "height") == base);
            if (number(bar, "value") > 0)
                assert_true(number(bar, "height") >= 1); /* however small, it is seen */
        }
        assert_true(json_array_size(json_object_get(chart, "labels")) <= 7);
        json_array_foreach (json_object_get(chart, "labels"), i, bar) {
            assert_true(number(bar, "x") >= 0 && number(bar, "x") <= 100);
            assert_string_equal(json_string_value(json_object_get(bar, "date")), "2026-11-21");
        }
        json_decref(chart);
    }
}

/* Away from the sides a label stands under the middle of the place of its bar. */
static void labels_stand_under_their_bars(void **state)
{
    json_t *rows = json_array(), *chart, *label;
    size_t i, inside = 0;

    (void)state;
    for (i = 0; i < 7; i++)
        json_array_append_new(rows, row_of(5, 0));
    chart = chart_of(rows, "mark");
    assert_int_equal(json_array_size(json_object_get(chart, "labels")), 7);
    json_array_foreach (json_object_get(chart, "labels"), i, label) {
        const json_t *bar = json_array_get(json_object_get(chart, "bars"), i);
        double middle = number(bar, "x") + number(bar, "width") / 2;

        if (json_is_true(json_object_get(label, "start")) ||
            json_is_true(json_object_get(label, "end")))
            continue;
        inside++;
        assert_true(number(label, "x") > middle - 0.02 && number(label, "x") < middle + 0.02);
    }
    assert_int_equal(inside, 7);
    json_decref(chart);
}

static void heights_are_in_proportion(void **state)
{
    json_t *rows = json_array(), *chart, *bars, *line;

    (void)state;
    json_array_append_new(rows, row_of(100, 50));
    json_array_append_new(rows, row_of(50, 100));
    chart = chart_of(rows, "mark");
    bars = json_object_get(chart, "bars");
    assert_true(number(json_array_get(bars, 0), "height") ==
                2 * number(json_array_get(bars, 1), "height"));
    line = json_array_get(json_object_get(chart, "marks"), 1);
    assert_true(number(line, "y") == number(json_array_get(bars, 0), "y"));
    /* the bar of 100 ends at the line of 100 */
    line = json_array_get(json_object_get(chart, "lines"),
                          json_array_size(json_object_get(chart, "lines")) - 1);
    assert_true(number(line, "value") == 100);
    assert_true(number(line, "y") == number(json_array_get(bars, 0), "y"));
    json_decref(chart);
}

/* --- the map --- */

static json_t *map_of(size_t count)
{
    json_t *tiles = json_array();
    char iso[32];

    for (size_t i = 0; i < count; i++) {
        snprintf(iso, sizeof iso, "r%zu", i);
        json_array_append_new(tiles, json_pack("{s:s}", "iso", iso));
    }
    return json_pack("{s:o}", "tiles", tiles);
}

static void levels_are_even_and_equal_for_equals(void **state)
{
    json_t *map = map_of(83), *counts = json_object(), *tile;
    size_t level[6] = {0}, i;
    char iso[32];
    const json_t *levels;

    (void)state;
    for (i = 3; i < 83; i++) { /* three have none */
        snprintf(iso, sizeof iso, "r%zu", i);
        json_object_set_new(counts, iso, json_integer((json_int_t)(i * i * i)));
    }
    json_object_set_new(counts, "ru-unknown", json_integer(1000000));
    assert_int_equal(tiles_fill(map, counts), ERR_NONE);
    json_array_foreach (json_object_get(map, "tiles"), i, tile)
        level[json_integer_value(json_object_get(tile, "level"))]++;
    assert_int_equal(level[0], 3);
    for (i = 1; i < 6; i++)
        assert_int_equal(level[i], 16);
    levels = json_object_get(map, "levels");
    assert_int_equal(json_array_size(levels), 5);
    assert_true(number(json_array_get(levels, 0), "least") == 27);
    assert_true(number(json_array_get(levels, 4), "most") == 82 * 82 * 82);
    json_decref(map);

    map = map_of(4);
    json_object_clear(counts);
    for (i = 0; i < 4; i++) {
        snprintf(iso, sizeof iso, "r%zu", i);
        json_object_set_new(counts, iso, json_integer(7));
    }
    assert_int_equal(tiles_fill(map, counts), ERR_NONE);
    json_array_foreach (json_object_get(map, "tiles"), i, tile)
        assert_true(number(tile, "level") == 1 && number(tile, "views") == 7);
    assert_int_equal(json_array_size(json_object_get(map, "levels")), 1);
    json_decref(map);
    json_decref(counts);
}

static void a_map_without_views_has_no_levels(void **state)
{
    json_t *map = map_of(3), *counts = json_object(), *tile;
    size_t i;

    (void)state;
    assert_int_equal(tiles_fill(map, counts), ERR_NONE);
    json_array_foreach (json_object_get(map, "tiles"), i, tile)
        assert_true(number(tile, "level") == 0);
    assert_int_equal(json_array_size(json_object_get(map, "levels")), 0);
    json_decref(map);
    json_decref(counts);
}

/* --- the view --- */

static void trends_say_what_the_numbers_say(void **state)
{
    static const struct {
        json_int_t views, before;
        const char *trend; /* NULL: too few to say */
        json_int_t number;
    } cases[] = {{9, 0, NULL, 0},        {0, 9, NULL, 0},           {9, 1, NULL, 0},
                 {10, 0, "new", 0},      {0, 10, "down", 100},      {100, 100, "same", 0},
                 {1000, 999, "same", 0}, {103, 100, "up", 3},       {97, 100, "down", 3},
                 {299, 100, "up", 199},  {300, 100, "times", 3},    {349, 100, "times", 3},
                 {350, 100, "times", 4}, {29000, 10, "times", 2900}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int count = 0; count < 2; count++) {
            json_t *row = json_pack("{s:I, s:I}", count ? "count" : "views", cases[i].views,
                                    "before", cases[i].before);
            const char *trend;

            assert_int_equal(stats_add_trend(row), ERR_NONE);
            trend = json_string_value(json_object_get(row, "trend"));
            if ((trend == NULL) != (cases[i].trend == NULL) ||
                (trend != NULL && strcmp(trend, cases[i].trend) != 0))
                fail_msg("%lld beside %lld: %s", (long long)cases[i].views,
                         (long long)cases[i].before, trend == NULL ? "nothing" : trend);
            if (trend != NULL && cases[i].number > 0)
                assert_true(number(row, strcmp(trend, "times") == 0 ? "times" : "percent") ==
                            (double)cases[i].number);
            json_decref(row);
        }
}

/* A document as small as stats_dress takes it. */
static json_t *document_of(size_t regions, bool unfinished)
{
    json_t *document = json_pack("{s:s, s:s, s:{s:s, s:s}, s:I, s:I, s:I, s:b, s:[{s:s, s:I, "
                                 "s:I}], s:[], s:{s:[]}, s:[], s:[]}",
                                 "from", "2026-11-21", "to", "2026-11-21", "before", "from", "x",
                                 "to", "y", "people", (json_int_t)30, "people_before",
                                 (json_int_t)10, "robots", (json_int_t)0, "unfinished", unfinished,
                                 "kinds", "kind", "guide", "views", (json_int_t)30, "before",
                                 (json_int_t)10, "days", "searches", "empty", "hours", "changes");
    json_t *rows = json_array();

    for (size_t i = 0; i < regions; i++)
        json_array_append_new(rows, json_pack("{s:I, s:I}", "views", (json_int_t)(1000 - i),
                                              "before", (json_int_t)10));
    json_object_set_new(document, "regions", rows);
    return document;
}

static void long_lists_come_in_two_parts_and_lose_no_row(void **state)
{
    static const struct {
        size_t rows, shown, folded, rest;
    } cases[] = {{0, 0, 0, 0},  {1, 1, 0, 0},     {11, 11, 0, 0},
                 {12, 8, 4, 0}, {308, 8, 300, 0}, {309, 8, 300, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *document = document_of(cases[i].rows, false), *view;
        char *before = json_dumps(document, JSON_COMPACT), *after;
        const json_t *parts;
        const json_t *shown;
        const json_t *folded;

        assert_int_equal(stats_dress(document, &view), ERR_NONE);
        parts = json_object_get(view, "regions_parts");
        shown = json_object_get(json_array_get(parts, 0), "rows");
        folded = json_object_get(json_array_get(parts, 1), "rows");
        assert_int_equal(json_array_size(shown), cases[i].shown);
        assert_int_equal(json_array_size(folded), cases[i].folded);
        assert_true(number(view, "regions_rest") == (double)cases[i].rest);
        assert_null(json_object_get(view, "regions"));
        after = json_dumps(document, JSON_COMPACT);
        assert_string_equal(after, before); /* the JSON twin is made from it */
        free(before);
        free(after);
        json_decref(view);
        json_decref(document);
    }
}

static void a_day_that_is_not_over_has_no_trend(void **state)
{
    for (int unfinished = 0; unfinished < 2; unfinished++) {
        json_t *document = document_of(1, unfinished), *view;
        const json_t *kind;

        assert_int_equal(stats_dress(document, &view), ERR_NONE);
        kind = json_array_get(json_object_get(view, "kinds"), 0);
        assert_int_equal(json_is_string(json_object_get(kind, "trend")), !unfinished);
        assert_int_equal(json_is_true(json_object_get(view, "too_early")), unfinished);
        assert_true(json_is_true(json_object_get(view, "compared")));
        json_decref(view);
        json_decref(document);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rows_and_no_numbers_are_no_trouble),
        cmocka_unit_test(scales_are_round_and_reach_every_number),
        cmocka_unit_test(everything_is_inside_the_picture),
        cmocka_unit_test(labels_stand_under_their_bars),
        cmocka_unit_test(heights_are_in_proportion),
        cmocka_unit_test(levels_are_even_and_equal_for_equals),
        cmocka_unit_test(a_map_without_views_has_no_levels),
        cmocka_unit_test(trends_say_what_the_numbers_say),
        cmocka_unit_test(long_lists_come_in_two_parts_and_lose_no_row),
        cmocka_unit_test(a_day_that_is_not_over_has_no_trend),
    };

    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
