"""Reads a property's daily totals with Google's official client library.

Prints one JSON object a day: {"date": "2026-09-01", "metrics": {"sessions": "40", ...}}. The credentials come from the environment, as for the
product: CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN.
"""

import argparse
import json
import os
import sys
from urllib.parse import urlsplit

from google.analytics.data_v1beta.services.beta_analytics_data import BetaAnalyticsDataClient
from google.analytics.data_v1beta.services.beta_analytics_data.transports.rest import (
    BetaAnalyticsDataRestTransport,
)
from google.analytics.data_v1beta.types import DateRange, Dimension, Metric, RunReportRequest
from google.oauth2.credentials import Credentials

METRICS = {
    "sessions": "sessions",
    "screenPageViews": "screen_page_views",
    "engagedSessions": "engaged_sessions",
    "eventCount": "event_count",
    "keyEvents": "key_events",
    "transactions": "transactions",
    "purchaseRevenue": "purchase_revenue",
    "totalRevenue": "total_revenue",
}
PAGE = 100


def client(upstream: str) -> BetaAnalyticsDataClient:
    """The official client, pointed at the upstream instead of Google."""
    address = urlsplit(upstream)
    credentials = Credentials(
        token=None,
        refresh_token=os.environ["REFRESH_TOKEN"],
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        token_uri=f"{upstream}/token",
    )
    transport = BetaAnalyticsDataRestTransport(
        host=address.netloc, url_scheme=address.scheme, credentials=credentials
    )
    return BetaAnalyticsDataClient(transport=transport)


def days(reader: BetaAnalyticsDataClient, property_id: str, first: str, last: str):
    """Every row of the daily report, page by page."""
    offset = 0
    while True:
        report = reader.run_report(
            RunReportRequest(
                property=f"properties/{property_id}",
                date_ranges=[DateRange(start_date=first, end_date=last)],
                dimensions=[Dimension(name="date")],
                metrics=[Metric(name=name) for name in METRICS],
                limit=PAGE,
                offset=offset,
            )
        )
        yield from report.rows
        offset += PAGE
        if offset >= report.row_count:
            return


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upstream", required=True, help="base URL that stands for Google's hosts")
    parser.add_argument("--property", required=True)
    parser.add_argument("--from", dest="first", required=True)
    parser.add_argument("--to", dest="last", required=True)
    arguments = parser.parse_args()
    for row in days(client(arguments.upstream), arguments.property, arguments.first, arguments.last):
        day = row.dimension_values[0].value
        values = [value.value for value in row.metric_values]
        metrics = dict(zip(METRICS.values(), values, strict=True))
        print(json.dumps({"date": f"{day[:4]}-{day[4:6]}-{day[6:]}", "metrics": metrics}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
