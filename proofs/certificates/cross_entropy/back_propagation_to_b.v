From Derivlab Require Import Certificate.
Open Scope R_scope.

(** back-propagation to b *)
Definition z (d : nat) (b : nat -> R) (W : nat -> nat -> R) (h : nat -> R) (i : nat) : R :=
  b i + bsum d (fun j => (W j i) * (h j)).
Definition yhat (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Definition J (K : nat) (yhat : nat -> R) (y : nat -> R) : R :=
  (-1) * (bsum K (fun k => (ln (yhat k)) * (y k))).
Theorem back_propagation_to_b : forall (K d : nat) (W : nat -> nat -> R) (h : nat -> R) (b : nat -> R) (y : nat -> R) (i : nat),
  (0 < K)%nat ->
  (0 < d)%nat ->
  (i < K)%nat ->
  (bsum K (fun k => y k)) = 1 ->
  is_derive (fun t => J K (yhat K (z d (upd b i t) W h)) y) (b i)
    ((-1) * (y i) + yhat K (z d b W h) i).
Proof.
  intros K d W h b y i Hsize_K Hsize_d Hin_i H1.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => K | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => W a_ b_ | 1%nat, [a_] => h a_ | 2%nat, [a_] => b a_ | 3%nat, [a_] => y a_ | _, _ => 0 end)
    ([0; 0; 1]%nat : list nat) ([i; 0; 0]%nat : list nat)
    ([] : list premise)
    ([([]%nat, (Sum 0 (Ten 3 [0]))%nat, ratio 1 1)] : list equation)
    ([] : list definition)
    2%nat ([0]%nat : list nat)
    (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))))))) (Ten 3 [0]))))%nat
    (Add (Mul (Num (-1)) (Ten 3 [0])) (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0])))))))))%nat.
Qed.
