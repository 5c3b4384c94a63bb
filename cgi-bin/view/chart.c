/*
 * chart.c: the arithmetic behind chart.h: a scale with round numbers, and a place for each bar.
 */
#include "view/chart.h"
#include "base/json.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define TOP        32  /* pixels above the highest line, for its number and for a remark */
#define BASE       196 /* where bars stand */
#define HEIGHT     220 /* with the labels under them */
#define LINES_MAX  4
#define LABELS_MAX 7
#define GAP        0.16 /* share of a bar's place that stays free */
#define SIDE       6.0  /* percent: nearer to a side a centred label would stick out */

/* From numbers to pixels. */
struct scale {
    json_int_t step, top; /* between lines, and at the highest */
};

/* What a bar stands for; a field that is not asked for is 0. */
static json_int_t count_of(const json_t *row, const char *field)
{
    json_int_t number = field == NULL ? 0 : json_number(row, field);

    return number < 0 ? 0 : number;
}

/* The least of 1, 2, 5, 10, 20, 50 … with which LINES_MAX lines reach the number. */
static struct scale scale_for(json_int_t most)
{
    static const int next[] = {2, 5, 10};
    struct scale scale = {.step = 1};
    json_int_t power = 1;

    for (int i = 0; scale.step * LINES_MAX < most && power < INT64_MAX / 100; i++) {
        scale.step = power * next[i % 3];
        if (i % 3 == 2)
            power *= 10;
    }
    scale.top = (most + scale.step - 1) / scale.step * scale.step;
    if (scale.top == 0)
        scale.top = scale.step;
    return scale;
}

static double round_to(double value, double unit)
{
    return round(value / unit) * unit;
}

/* Two digits behind the point are a tenth of a pixel on a wide screen. */
static json_t *percent(double value)
{
    return json_real(round(value * 100) / 100.0);
}

static double height_of(const struct scale *scale, json_int_t value)
{
    return round_to((double)value / (double)scale->top * (BASE - TOP), 0.5);
}

static int set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value);
}

/* --- the parts --- */

/* A number above 0 is seen, however small it is beside the others. */
static int add_bar(json_t *bars, const struct scale *scale, const struct chart_fields *fields,
                   const json_t *row, double place, double width)
{
    json_int_t value = count_of(row, fields->value);
    double height = height_of(scale, value);
    json_t *bar = json_object();

    if (value > 0 && height < 1)
        height = 1;
    return set(bar, "x", percent(place + width * GAP / 2)) |
           set(bar, "width", percent(width * (1 - GAP))) | set(bar, "y", json_real(BASE - height)) |
           set(bar, "height", json_real(height)) | set(bar, "value", json_integer(value)) |
           json_object_set(bar, fields->label, json_object_get(row, fields->label)) |
           json_array_append_new(bars, bar);
}

static int add_mark(json_t *marks, const struct scale *scale, json_int_t value, double place,
                    double width)
{
    json_t *mark = json_object();

    return set(mark, "x", percent(place)) | set(mark, "end", percent(place + width)) |
           set(mark, "y", json_real(BASE - height_of(scale, value))) |
           set(mark, "value", json_integer(value)) | json_array_append_new(marks, mark);
}

static int add_label(json_t *labels, const struct chart_fields *fields, const json_t *row,
                     double middle)
{
    json_t *label = json_object();
    bool minor = json_array_size(labels) % 2 == 1;
    bool start = middle < SIDE, end = !start && middle > 100 - SIDE;

    return set(label, "x", start || end ? json_integer(start ? 0 : 100) : percent(middle)) |
           set(label, "minor", json_boolean(minor)) | set(label, "start", json_boolean(start)) |
           set(label, "end", json_boolean(end)) |
           json_object_set(label, fields->label, json_object_get(row, fields->label)) |
           json_array_append_new(labels, label);
}

static int add_lines(json_t *lines, const struct scale *scale)
{
    int failed = 0;

    for (json_int_t value = scale->step; value <= scale->top; value += scale->step) {
        double y = BASE - height_of(scale, value);
        json_t *line = json_object();

        failed |= set(line, "y", json_real(y)) | set(line, "value", json_integer(value)) |
                  json_array_append_new(lines, line);
    }
    return failed;
}

static json_int_t largest(const json_t *rows, const struct chart_fields *fields)
{
    json_int_t most = 0;
    size_t i;
    const json_t *row;

    json_array_foreach (rows, i, row) {
        json_int_t value = count_of(row, fields->value), mark = count_of(row, fields->mark);

        most = value > most ? value : most;
        most = mark > most ? mark : most;
    }
    return most;
}

enum err chart_make(const json_t *rows, const struct chart_fields *fields, json_t **out)
{
    json_t *bars = json_array(), *marks = json_array(), *labels = json_array(),
           *lines = json_array(), *row;
    size_t count = json_array_size(rows), i;
    size_t stride = count == 0 ? 1 : (count + LABELS_MAX - 1) / LABELS_MAX;
    double width = count == 0 ? 100 : 100.0 / (double)count;
    struct scale scale = scale_for(largest(rows, fields));
    int failed = add_lines(lines, &scale);

    json_array_foreach (rows, i, row) {
        double place = (double)i * width;

        failed |= add_bar(bars, &scale, fields, row, place, width);
        if (fields->mark != NULL)
            failed |= add_mark(marks, &scale, count_of(row, fields->mark), place, width);
        if (i % stride == 0)
            failed |= add_label(labels, fields, row, place + width / 2);
    }
    *out = json_pack("{s:i, s:i, s:o, s:o, s:o, s:o}", "height", HEIGHT, "base", BASE, "bars", bars,
                     "marks", marks, "lines", lines, "labels", labels);
    if (*out != NULL && !failed)
        return ERR_NONE;
    json_decref(*out);
    *out = NULL;
    return ERR_MEMORY;
}
