//! Ten questions that people ask of a weather table. Each has a total order, so that its rows can be compared.

/// A question.
pub struct Question {
	/// What it is about, for the report.
	pub name: &'static str,
	/// The statement.
	pub sql: &'static str,
}

const fn question(name: &'static str, sql: &'static str) -> Question {
	Question { name, sql }
}

/// The ten that the ratios are of.
pub const QUESTIONS: [Question; 10] = [
	question(
		"filter: hot and humid hours",
		"SELECT time_hour, origin, temp, humid FROM t WHERE temp > 88 AND humid > 45 \
		 ORDER BY time_hour, origin, temp, humid",
	),
	question(
		"group: climate by airport, year and month",
		"SELECT origin, year, month, count(*) AS hours, avg(temp) AS mean, min(temp) AS coldest, max(temp) AS hottest, \
		 sum(precip) AS rain FROM t GROUP BY origin, year, month ORDER BY origin, year, month",
	),
	question(
		"self-join: JFK against LGA, hour by hour",
		"SELECT a.year, a.month, count(*) AS hours, avg(a.temp - b.temp) AS difference FROM t AS a \
		 JOIN t AS b ON a.time_hour = b.time_hour WHERE a.origin = 'JFK' AND b.origin = 'LGA' \
		 GROUP BY a.year, a.month ORDER BY a.year, a.month",
	),
	question(
		"window: 24-hour mean of a year",
		"SELECT origin, time_hour, temp, avg(temp) OVER (PARTITION BY origin ORDER BY time_hour, temp, humid, pressure \
		 ROWS BETWEEN 23 PRECEDING AND CURRENT ROW) AS day_mean FROM t WHERE year BETWEEN 2014 AND 2015 \
		 ORDER BY origin, time_hour, temp, humid, pressure",
	),
	question(
		"window: the hottest hours of each year",
		"SELECT year, origin, time_hour, temp FROM (SELECT year, origin, time_hour, temp, row_number() OVER \
		 (PARTITION BY year, origin ORDER BY temp DESC NULLS LAST, time_hour, humid) AS place FROM t) \
		 WHERE place <= 3 ORDER BY year, origin, place",
	),
	question(
		"top 100: the strongest gusts",
		"SELECT time_hour, origin, wind_gust, wind_speed, wind_dir, pressure FROM t WHERE wind_gust IS NOT NULL \
		 ORDER BY wind_gust DESC, time_hour, origin, wind_speed, pressure LIMIT 100",
	),
	question(
		"percentiles by airport and month",
		"SELECT origin, month, median(temp) AS middle, percentile_cont(0.95) WITHIN GROUP (ORDER BY temp) AS warm, \
		 stddev(temp) AS spread FROM t GROUP BY origin, month ORDER BY origin, month",
	),
	question(
		"dates and patterns: rainy weekends by week",
		"SELECT date_trunc('week', time_hour) AS week, origin, count(*) AS hours, sum(precip) AS rain FROM t \
		 WHERE regexp_like(origin, '^(JFK|LGA)$') AND date_part('dow', time_hour) IN (0, 6) AND precip > 0 \
		 GROUP BY date_trunc('week', time_hour), origin ORDER BY week, origin",
	),
	question(
		"CTEs: days far above their month's mean",
		"WITH daily AS (SELECT origin, date_trunc('day', time_hour) AS day, avg(temp) AS mean FROM t GROUP BY 1, 2), \
		 monthly AS (SELECT origin, date_trunc('month', day) AS month, avg(mean) AS mean FROM daily GROUP BY 1, 2) \
		 SELECT d.origin, d.day, d.mean, m.mean AS usual FROM daily d JOIN monthly m \
		 ON d.origin = m.origin AND date_trunc('month', d.day) = m.month WHERE d.mean > m.mean + 12 \
		 ORDER BY d.origin, d.day",
	),
	question(
		"extract: three years, every column",
		"SELECT * FROM t WHERE year BETWEEN 2013 AND 2015 AND origin <> 'EWR' \
		 ORDER BY time_hour, origin, temp, dewp, humid, wind_dir, wind_speed, precip, pressure, visib",
	),
];

/// The least that a query does: what is left is the way to an executor and back.
pub const LEAST: Question = question("count(*)", "SELECT count(*) FROM t");
