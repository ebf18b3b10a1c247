"""Health check of a container: 0 when the process on the management port $1 says it is ready."""

import http.client
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=2)
connection.request("GET", "/readyz")
sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
