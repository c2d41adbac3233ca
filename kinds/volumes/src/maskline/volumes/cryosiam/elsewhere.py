"""Keys of CryoSiam's configurations of instances that its training, its evaluation or nothing at all reads."""

_TOP = (
    "labels_folder noisy_data_folder patches_folder temp_dir log_dir pretrained_model train_files val_files "
    "validation_ratio continue_training instance_labels_folder eval_skip_prediction save_internal_files"
)
_DATA = "patch_overlap"
_NETWORK = (
    "out_channels dim pred_dim dense_dim filters kernel_size padding threshold distance_prediction unfreeze_decoder "
    "unfreeze_backbone block_type decoder_type fpn_channels fpn_layers no_max_pool num_filters num_layers"
)
_HYPER = "cache_rate replace_rate val_interval optimizer lr momentum weight_decay max_epochs"

ELSEWHERE = frozenset(
    [
        *_TOP.split(),
        "parameters.nodes",
        "parameters.transforms",
        *(f"parameters.data.{key}" for key in _DATA.split()),
        *(f"parameters.network.{key}" for key in _NETWORK.split()),
        *(f"hyper_parameters.{key}" for key in _HYPER.split()),
    ]
)
