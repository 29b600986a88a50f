"""Kubernetes' manifests of a site, made of its file in conf/sites.

python -m infra.kubernetes --site production --out var/manifests
"""
