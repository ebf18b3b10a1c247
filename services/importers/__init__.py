"""Bringing a community's past in, through ingest's own contract.

An importer is a folder that turns somebody's files into a `Shipment`: actions in time order.
`sender` posts any shipment; an importer knows nothing of HTTP and the sender nothing of files.
"""
