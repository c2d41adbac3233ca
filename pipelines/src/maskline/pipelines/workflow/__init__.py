"""The workflow as Kubeflow sees it: components, the steps that pipelines share, and a module per pipeline.

Steps hand each other the URIs of sealed artifacts. What people look at (metrics, report, summary, and the lineage of
dataset and model) are KFP artifacts as well. Every step parses one JSON, KFP's executor input, which replaces "{{$}}".
"""
